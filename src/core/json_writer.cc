// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/json_writer.h"

namespace caisson {
namespace {

bool is_plain(char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
}

void append_escaped(std::string& text, char c) {
    constexpr std::string_view hex_digits = "0123456789abcdef";
    text += '\\';
    switch (c) {
    case '"':
    case '\\':
        text += c;
        return;
    case '\n':
        text += 'n';
        return;
    case '\t':
        text += 't';
        return;
    default:
        text += "u00";
        text += hex_digits[static_cast<unsigned char>(c) >> 4];
        text += hex_digits[static_cast<unsigned char>(c) & 15];
    }
}

}  // namespace

void JsonWriter::value(std::string_view string) {
    separate();
    text_ += '"';
    std::size_t begin = 0;
    for (std::size_t i = 0; i < string.size(); ++i) {
        if (is_plain(string[i]))
            continue;
        text_.append(string.substr(begin, i - begin));
        append_escaped(text_, string[i]);
        begin = i + 1;
    }
    text_.append(string.substr(begin)).append("\"");
}

}  // namespace caisson
