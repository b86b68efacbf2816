// SPDX-License-Identifier: LGPL-2.1-or-later
// What the last probe of a container has shown: /run/caisson/health/NAME, lines of KEY=VALUE,
// written by companion/record.cc, removed by cleanup.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace caisson {

inline constexpr const char* health_directory = "/run/caisson/health";

struct HealthRecord {
    std::string state;           // "starting", "healthy", "unhealthy"
    std::uint64_t failures = 0;  // in a row; those that count
    std::uint64_t probes = 0;
    std::string last;               // "none", "pass", "exit", "signal", "timeout", "error"
    std::uint64_t exit_status = 0;  // of "exit"; of "signal" its number
    std::string output;             // the end of it, without control characters but newlines
    std::uint64_t time = 0;         // of the last probe's end, usec since the epoch; 0: none yet
    std::uint64_t next = 0;         // of the next probe; 0: none
    bool holds_start = false;       // the service is active with the first probe that passes
    bool was_stopped = false;       // it was unhealthy, and on_failure is "stop"
};

// Nothing when there is none.
Result<std::optional<HealthRecord>> load_health(std::string_view name,
                                                const std::string& directory = health_directory);

// No error when there is none.
Result<void> remove_health(std::string_view name, const std::string& directory = health_directory);

// "exit status 1: connection refused"
std::string result_of(const HealthRecord& record);

// Makes what is missing of the path, for those who wait before there is any record.
Result<void> make_health_directory();

}  // namespace caisson
