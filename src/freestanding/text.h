// SPDX-License-Identifier: LGPL-2.1-or-later
// A text of bounded length, and numbers in text. What does not fit is cut.
#pragma once

#include <cstddef>
#include <string_view>

namespace caisson {

template <size_t capacity>
struct Text {
    char data[capacity];
    size_t size = 0;

    operator std::string_view() const { return {data, size}; }

    Text& operator<<(std::string_view text) {
        for (size_t i = 0; i < text.size() && size < capacity; ++i)
            data[size++] = text[i];
        return *this;
    }

    Text& operator<<(unsigned long number) {
        char digits[20];
        size_t begin = sizeof digits;
        do {
            digits[--begin] = static_cast<char>('0' + number % 10);
            number /= 10;
        } while (number != 0);
        return *this << std::string_view(digits + begin, sizeof digits - begin);
    }
};

// Removes `prefix` from the front of `text`, if it is there. A loop, because starts_with() may want
// exceptions, and memcmp() more of the C library.
inline bool take(std::string_view& text, std::string_view prefix) {
    if (text.size() < prefix.size())
        return false;
    for (size_t i = 0; i < prefix.size(); ++i)
        if (text[i] != prefix[i])
            return false;
    text.remove_prefix(prefix.size());
    return true;
}

// The digits that `text` begins with; 0 if there are none.
inline unsigned long number_in(std::string_view text) {
    unsigned long number = 0;
    for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1))
        number = number * 10 + static_cast<unsigned long>(text[0] - '0');
    return number;
}

}  // namespace caisson
