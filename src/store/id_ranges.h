// SPDX-License-Identifier: LGPL-2.1-or-later
// /var/lib/caisson/id-ranges: which container has which range of the host's user and group ids.
// Allocated once and kept, so that what a container has written stays its own. by-base/BASE is a
// link to the name, and the claim; by-name/NAME, a link to the base, finds it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"

namespace caisson {

inline constexpr const char* id_range_directory = "/var/lib/caisson/id-ranges";

// systemd's range for containers, https://systemd.io/UIDS-GIDS/, in ranges of 65,536.
inline constexpr std::uint32_t id_range_size = 65536;
inline constexpr std::uint32_t first_id_range = 524288;
inline constexpr std::uint32_t last_id_range = 1879048192 - id_range_size;

// Whether nobody else on the host has ids in the range from `base` on. Asked only for a new claim.
using IsFree = std::function<bool(std::uint32_t base)>;

// The first id of the range of `name`, claimed now if it has none: by a name's hash, so that a
// lost registry yields the same ones mostly. Concurrent callers wait for each other; a crash at any
// point leaves a claim that the next call completes. An Error when all are taken.
Result<std::uint32_t> id_range_of(const std::string& name, const IsFree& is_free,
                                  const std::string& directory = id_range_directory);

}  // namespace caisson
