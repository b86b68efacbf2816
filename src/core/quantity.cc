// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/quantity.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace caisson {
namespace {

struct Suffix {
    std::string_view text;
    std::uint64_t factor;
};

// In systemd a smaller unit may follow a larger one, never the reverse.
constexpr std::array<Suffix, 8> suffixes_of(std::uint64_t base) {
    std::array<Suffix, 8> suffixes{
        {{"E", 0}, {"P", 0}, {"T", 0}, {"G", 0}, {"M", 0}, {"K", 0}, {"B", 1}, {"", 1}}};
    for (std::size_t i = 6; i > 0; --i)
        suffixes[i - 1].factor = suffixes[i].factor * base;
    return suffixes;
}

constexpr std::array<Suffix, 8> size_suffixes = suffixes_of(1024);
constexpr std::array<Suffix, 8> rate_suffixes = suffixes_of(1000);

constexpr std::uint64_t second = 1'000'000;
constexpr std::uint64_t minute = 60 * second;
constexpr std::uint64_t hour = 60 * minute;
constexpr std::uint64_t day = 24 * hour;
constexpr std::uint64_t year = 31'557'600 * second;

constexpr Suffix time_suffixes[] = {
    {"seconds", second},  {"second", second}, {"sec", second}, {"s", second},
    {"minutes", minute},  {"minute", minute}, {"min", minute}, {"months", year / 12},
    {"month", year / 12}, {"M", year / 12},   {"msec", 1000},  {"ms", 1000},
    {"m", minute},        {"hours", hour},    {"hour", hour},  {"hr", hour},
    {"h", hour},          {"days", day},      {"day", day},    {"d", day},
    {"weeks", 7 * day},   {"week", 7 * day},  {"w", 7 * day},  {"years", year},
    {"year", year},       {"y", year},        {"usec", 1},     {"us", 1},
    {"\xce\xbcs", 1},     {"\xc2\xb5s", 1},   {"", second},
};

void skip_blanks(std::string_view& text) {
    while (!text.empty() && (text[0] == ' ' || text[0] == '\t'))
        text.remove_prefix(1);
}

std::string_view take_digits(std::string_view& text) {
    const std::string_view digits =
        text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size()));
    text.remove_prefix(digits.size());
    return digits;
}

// digits/10^n of `factor`, rounded down. What lies beyond nine digits is below every unit.
std::uint64_t fraction_of(std::string_view digits, std::uint64_t factor) {
    long double share = 0;
    for (std::size_t i = std::min<std::size_t>(digits.size(), 18); i > 0; --i)
        share = (share + static_cast<long double>(digits[i - 1] - '0')) / 10;
    return static_cast<std::uint64_t>(share * static_cast<long double>(factor));
}

struct Number {
    std::optional<std::uint64_t> whole;
    std::string_view fraction;  // the digits behind the point
    bool has_point = false;
};

// NUMBER[.FRACTION] in front of `text`.
Number take_number(std::string_view& text) {
    Number number;
    number.whole = parse_integer<std::uint64_t>(take_digits(text));
    number.has_point = consume_prefix(text, ".");
    if (number.has_point)
        number.fraction = take_digits(text);
    return number;
}

std::optional<std::uint64_t> scaled(const Number& number, std::uint64_t factor) {
    std::uint64_t product = 0;
    std::uint64_t sum = 0;
    if (__builtin_mul_overflow(*number.whole, factor, &product) ||
        __builtin_add_overflow(product, fraction_of(number.fraction, factor), &sum))
        return std::nullopt;
    return sum;
}

std::optional<std::uint64_t> parse_amount(std::string_view text,
                                          const std::array<Suffix, 8>& suffixes) {
    std::uint64_t total = 0;
    auto first_suffix = suffixes.begin();
    do {
        skip_blanks(text);
        const Number number = take_number(text);
        skip_blanks(text);
        const auto suffix = std::find_if(first_suffix, suffixes.end(),
                                         [&](const Suffix& s) { return text.starts_with(s.text); });
        if (!number.whole || suffix == suffixes.end())
            return std::nullopt;
        const std::optional<std::uint64_t> part = scaled(number, suffix->factor);
        if (!part || __builtin_add_overflow(total, *part, &total) || total > INT64_MAX)
            return std::nullopt;
        text.remove_prefix(suffix->text.size());
        first_suffix = suffix + 1;
    } while (!text.empty());
    return total;
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
    return parse_amount(text, size_suffixes);
}

std::optional<std::uint64_t> parse_rate(std::string_view text) {
    return parse_amount(text, rate_suffixes);
}

std::optional<std::uint64_t> parse_time(std::string_view text) {
    text = trim(text);
    if (text == "infinity")
        return infinite_time;
    std::uint64_t total = 0;
    do {
        Number number = take_number(text);
        if (number.has_point && number.fraction.empty())
            return std::nullopt;
        if (number.has_point && !number.whole)
            number.whole = 0;
        skip_blanks(text);
        const auto* suffix =
            std::find_if(std::begin(time_suffixes), std::end(time_suffixes),
                         [&](const Suffix& s) { return text.starts_with(s.text); });
        if (!number.whole)
            return std::nullopt;
        const std::optional<std::uint64_t> part = scaled(number, suffix->factor);
        if (!part || __builtin_add_overflow(total, *part, &total) || total >= infinite_time / 2)
            return std::nullopt;
        text.remove_prefix(suffix->text.size());
        skip_blanks(text);
    } while (!text.empty());
    return total;
}

std::optional<std::uint32_t> parse_permyriad(std::string_view text) {
    if (!text.ends_with("%"))
        return std::nullopt;
    text.remove_suffix(1);
    const Number number = take_number(text);
    if (!number.whole || !text.empty() || number.has_point == number.fraction.empty() ||
        number.fraction.size() > 2 || *number.whole > INT32_MAX / 100 - 1)
        return std::nullopt;
    return static_cast<std::uint32_t>(*number.whole * 100 + fraction_of(number.fraction, 100));
}

bool is_number_set(std::string_view text) {
    constexpr unsigned most = 8192;  // systemd refuses CPU numbers from here on
    bool is_empty = true;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(", \t"), text.size());
        const std::string_view range = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (range.empty())
            continue;
        const std::size_t dash = std::min(range.find('-'), range.size());
        const std::optional<unsigned> first = parse_integer<unsigned>(range.substr(0, dash));
        const std::optional<unsigned> last =
            dash == range.size() ? first : parse_integer<unsigned>(range.substr(dash + 1));
        if (!first || !last || *first > *last || *last >= most)
            return false;
        is_empty = false;
    }
    return !is_empty;
}

}  // namespace caisson
