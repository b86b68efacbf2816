// SPDX-License-Identifier: LGPL-2.1-or-later
// What a control group uses and may use, read from its files: the numbers that systemd would give
// one D-Bus message each for. A controller that is missing leaves its numbers unknown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace caisson {

struct Usage {
    std::optional<std::uint64_t> memory;      // bytes
    std::optional<std::uint64_t> memory_max;  // none: no limit, or unknown
    std::optional<std::uint64_t> cpu_usec;
    std::optional<std::uint64_t> tasks;
    std::optional<std::uint64_t> tasks_max;
};

// Where a unit's control group is below the root of systemd's: a slice "a-b.slice" lies in
// "a.slice".
std::string control_group(std::string_view slice, std::string_view unit);

// The mount point of the cgroup2 file system in the text of /proc/self/mountinfo: the unified
// hierarchy, or the one beside version 1. Empty when there is none.
std::string find_cgroup2(std::string_view mountinfo);

// The running system's; not open when there is none.
UniqueFd open_cgroup_root();

// Unknown throughout when the group is not there.
Usage read_usage(int cgroup_root, const std::string& group);

}  // namespace caisson
