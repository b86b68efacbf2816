// SPDX-License-Identifier: LGPL-2.1-or-later
// Small operations on text that the standard library of C++20 lacks. Nothing here depends on the
// locale.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace caisson {

std::vector<std::string_view> split(std::string_view text, char separator);
std::string_view trim(std::string_view text);
bool consume_prefix(std::string_view& text, std::string_view prefix);

template <typename Range>
std::string join(const Range& parts, std::string_view separator) {
    std::string joined;
    bool first = true;
    for (const auto& part : parts) {
        if (!first)
            joined += separator;
        joined += part;
        first = false;
    }
    return joined;
}

// The whole text must be the number: no sign where T has none, no space, no "0x".
template <typename T>
std::optional<T> parse_integer(std::string_view text, int number_base = 10) {
    T number{};
    const char* end = text.data() + text.size();
    const std::from_chars_result parsed = std::from_chars(text.data(), end, number, number_base);
    if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != end)
        return std::nullopt;
    return number;
}

}  // namespace caisson
