// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/diagnostic.h"

#include <algorithm>
#include <tuple>

namespace caisson {
namespace {

auto order_of(const Diagnostic& diagnostic) {
    return std::tie(diagnostic.at.file, diagnostic.at.line, diagnostic.at.column, diagnostic.key,
                    diagnostic.message);
}

}  // namespace

std::string quoted(std::string_view text) {
    constexpr std::size_t longest = 120;
    constexpr std::string_view hex_digits = "0123456789abcdef";
    std::string shown = "\"";
    for (const char c : text.substr(0, longest)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            shown += "\\x";
            shown += hex_digits[byte >> 4];
            shown += hex_digits[byte & 15];
        } else {
            shown += c;
        }
    }
    if (text.size() > longest) {
        // Not in the middle of a character: what people see stays UTF-8.
        while ((static_cast<unsigned char>(shown.back()) & 0xc0) == 0x80)
            shown.pop_back();
        if (static_cast<unsigned char>(shown.back()) >= 0xc0)
            shown.pop_back();
        shown += "...";
    }
    return shown += '"';
}

std::string format(const Position& at) {
    std::string text(at.file);
    if (at.line != 0)
        text.append(":").append(std::to_string(at.line));
    if (at.line != 0 && at.column != 0)
        text.append(":").append(std::to_string(at.column));
    return text;
}

std::string format(const Diagnostic& diagnostic) {
    std::string text = format(diagnostic.at).append(": error: ");
    if (!diagnostic.key.empty())
        text.append(diagnostic.key).append(": ");
    return text.append(diagnostic.message);
}

void sort(Diagnostics& diagnostics) {
    std::sort(diagnostics.begin(), diagnostics.end(),
              [](const Diagnostic& a, const Diagnostic& b) { return order_of(a) < order_of(b); });
    const auto end = std::unique(
        diagnostics.begin(), diagnostics.end(),
        [](const Diagnostic& a, const Diagnostic& b) { return order_of(a) == order_of(b); });
    diagnostics.erase(end, diagnostics.end());
}

}  // namespace caisson
