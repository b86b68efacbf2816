// SPDX-License-Identifier: LGPL-2.1-or-later
// Numbers and times as systemctl writes them for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace caisson {

std::string human_size(std::uint64_t bytes);     // "12.5M"
std::string human_duration(std::uint64_t usec);  // "1min 2.500s"
std::string human_age(std::uint64_t usec);       // "2min 3s ago"
std::string human_time(std::uint64_t usec);      // "Sat 2025-11-22 04:00:00 CET", local time
std::string rfc3339(std::uint64_t usec);         // "2025-11-22T03:00:00.000000Z"

// Columns on a terminal: code points, twice those that are wide, without those that combine.
std::size_t display_width(std::string_view text);

// What a terminal could take for a command, replaced: names of files and lines of logs may hold
// anything.
std::string printable(std::string_view text);

}  // namespace caisson
