// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ctl/human.h"

#include <array>
#include <cinttypes>
#include <cstdio>
#include <ctime>

namespace caisson {
namespace {

constexpr std::uint64_t usec_per_msec = 1000;
constexpr std::uint64_t usec_per_second = 1000 * usec_per_msec;
constexpr std::uint64_t minute = 60;
constexpr std::uint64_t hour = 60 * minute;
constexpr std::uint64_t day = 24 * hour;
constexpr std::uint64_t week = 7 * day;
constexpr std::uint64_t month = 2629800;  // as systemd.time(7)
constexpr std::uint64_t year = 31557600;

template <typename... Arguments>
std::string print(const char* format, Arguments... arguments) {
    std::array<char, 128> buffer;
    (void)std::snprintf(buffer.data(), buffer.size(), format, arguments...);
    return buffer.data();
}

std::string count(std::uint64_t number, const char* unit) {
    return std::to_string(number) + " " + unit + (number == 1 ? "" : "s");
}

std::string two_units(std::uint64_t seconds, std::uint64_t large, const char* large_name,
                      std::uint64_t small, const char* small_name) {
    const std::uint64_t rest = seconds % large / small;
    const std::string text = count(seconds / large, large_name);
    return rest == 0 ? text : text + " " + count(rest, small_name);
}

std::string age(std::uint64_t usec) {
    const std::uint64_t seconds = usec / usec_per_second;
    if (seconds >= year)
        return two_units(seconds, year, "year", month, "month");
    if (seconds >= month)
        return two_units(seconds, month, "month", day, "day");
    if (seconds >= week)
        return two_units(seconds, week, "week", day, "day");
    if (seconds >= 2 * day)
        return count(seconds / day, "day");
    if (seconds >= 25 * hour)
        return "1 day " + std::to_string((seconds - day) / hour) + "h";
    if (seconds >= 6 * hour)
        return std::to_string(seconds / hour) + "h";
    if (seconds >= hour)
        return print("%" PRIu64 "h %" PRIu64 "min", seconds / hour, seconds % hour / minute);
    if (seconds >= 5 * minute)
        return std::to_string(seconds / minute) + "min";
    if (seconds >= minute)
        return print("%" PRIu64 "min %" PRIu64 "s", seconds / minute, seconds % minute);
    if (seconds >= 1)
        return std::to_string(seconds) + "s";
    return std::to_string(usec / usec_per_msec) + "ms";
}

struct Decoded {
    char32_t point;
    std::size_t length;  // bytes; 0: not UTF-8
};

Decoded decode_point(std::string_view text) {
    const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
    const unsigned char first = byte(0);
    if (first < 0x80)
        return {first, 1};
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < length)
        return {0, 0};
    char32_t point = first & (0x7f >> length);
    for (std::size_t index = 1; index < length; ++index) {
        if ((byte(index) & 0xc0) != 0x80)
            return {0, 0};
        point = point << 6 | (byte(index) & 0x3f);
    }
    return {point, length};
}

bool is_control(char32_t point) {
    return point < 0x20 || (point >= 0x7f && point < 0xa0) ||
           (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

bool is_combining(char32_t point) {
    return (point >= 0x300 && point <= 0x36f) || (point >= 0x200b && point <= 0x200f) ||
           (point >= 0xfe00 && point <= 0xfe0f);
}

bool is_wide(char32_t point) {
    return (point >= 0x1100 && point <= 0x115f) || (point >= 0x2e80 && point <= 0xa4cf) ||
           (point >= 0xac00 && point <= 0xd7a3) || (point >= 0xf900 && point <= 0xfaff) ||
           (point >= 0xfe30 && point <= 0xfe6f) || (point >= 0xff00 && point <= 0xff60) ||
           (point >= 0x1f300 && point <= 0x1faff) || (point >= 0x20000 && point <= 0x3fffd);
}

}  // namespace

std::string human_size(std::uint64_t bytes) {
    constexpr std::array<char, 6> units = {'K', 'M', 'G', 'T', 'P', 'E'};
    if (bytes < 1024)
        return std::to_string(bytes) + "B";
    std::uint64_t scale = 1024;
    std::size_t unit = 0;
    while (unit + 1 < units.size() && bytes / scale >= 1024) {
        scale *= 1024;
        ++unit;
    }
    const std::uint64_t tenths = bytes % scale / (scale / 64) * 10 / 64;
    return tenths == 0 ? print("%" PRIu64 "%c", bytes / scale, units[unit])
                       : print("%" PRIu64 ".%" PRIu64 "%c", bytes / scale, tenths, units[unit]);
}

std::string human_duration(std::uint64_t usec) {
    const std::uint64_t seconds = usec / usec_per_second;
    const std::uint64_t msec = usec % usec_per_second / usec_per_msec;
    if (seconds == 0)
        return std::to_string(msec) + "ms";
    if (seconds < minute)
        return print("%" PRIu64 ".%03" PRIu64 "s", seconds, msec);
    if (seconds < hour)
        return print("%" PRIu64 "min %" PRIu64 "s", seconds / minute, seconds % minute);
    if (seconds < day)
        return print("%" PRIu64 "h %" PRIu64 "min", seconds / hour, seconds % hour / minute);
    return print("%" PRIu64 "d %" PRIu64 "h", seconds / day, seconds % day / hour);
}

std::string human_age(std::uint64_t usec) {
    return age(usec) + " ago";
}

std::string human_time(std::uint64_t usec) {
    const std::time_t seconds = static_cast<std::time_t>(usec / usec_per_second);
    std::tm local{};
    std::array<char, 64> buffer;
    if (::localtime_r(&seconds, &local) == nullptr)
        return "?";
    (void)std::strftime(buffer.data(), buffer.size(), "%a %Y-%m-%d %H:%M:%S %Z", &local);
    return buffer.data();
}

std::string rfc3339(std::uint64_t usec) {
    const std::time_t seconds = static_cast<std::time_t>(usec / usec_per_second);
    std::tm utc{};
    std::array<char, 64> buffer;
    if (::gmtime_r(&seconds, &utc) == nullptr)
        return "?";
    (void)std::strftime(buffer.data(), buffer.size(), "%Y-%m-%dT%H:%M:%S", &utc);
    return buffer.data() + print(".%06" PRIu64 "Z", usec % usec_per_second);
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const Decoded decoded = decode_point(text);
        text.remove_prefix(decoded.length == 0 ? 1 : decoded.length);
        width += is_combining(decoded.point) ? 0 : is_wide(decoded.point) ? 2 : 1;
    }
    return width;
}

std::string printable(std::string_view text) {
    std::string clean;
    while (!text.empty()) {
        const Decoded decoded = decode_point(text);
        const std::size_t length = decoded.length == 0 ? 1 : decoded.length;
        if (decoded.length == 0 || is_control(decoded.point))
            clean += decoded.point == '\t' ? ' ' : '?';
        else
            clean += text.substr(0, length);
        text.remove_prefix(length);
    }
    return clean;
}

}  // namespace caisson
