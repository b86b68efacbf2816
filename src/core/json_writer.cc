// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/json_writer.h"

#include <array>

namespace caisson {
namespace {

// By byte: whether it stands for itself in a string.
constexpr std::array<bool, 256> plain = [] {
    std::array<bool, 256> table{};
    for (unsigned byte = 0x20; byte < table.size(); ++byte)
        table[byte] = byte != '"' && byte != '\\';
    return table;
}();

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
        if (plain[static_cast<unsigned char>(string[i])])
            continue;
        text_.append(string.substr(begin, i - begin));
        append_escaped(text_, string[i]);
        begin = i + 1;
    }
    text_.append(string.substr(begin)).append("\"");
}

}  // namespace caisson
