// SPDX-License-Identifier: LGPL-2.1-or-later
// Sizes, times and shares as systemd reads them. What is accepted here is accepted by systemd, and
// handed to it as it was written; the numbers are for checks of range.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace caisson {

inline constexpr std::uint64_t infinite_time = UINT64_MAX;

// Bytes of "512M", "1.5G", "1G 512M", "4096"; the factors are powers of 1024, "MB" is none of them.
std::optional<std::uint64_t> parse_size(std::string_view text);

// The same with powers of 1000: bytes or operations a second, systemd.resource-control(5).
std::optional<std::uint64_t> parse_rate(std::string_view text);

// Microseconds of "1min 30s", "500ms", "90" (seconds), "infinity"; systemd.time(7).
std::optional<std::uint64_t> parse_time(std::string_view text);

// Hundredths of a percent of "50%", "12.5%", "250%".
std::optional<std::uint32_t> parse_permyriad(std::string_view text);

// "0-3,5" or "0-3 5", as AllowedCPUs= and AllowedMemoryNodes= take it.
bool is_number_set(std::string_view text);

}  // namespace caisson
