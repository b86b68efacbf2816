// SPDX-License-Identifier: LGPL-2.1-or-later
// Cgroups of the unified hierarchy (cgroups(7), version 2), as systemd lays them out. Attributes
// of a unit's own cgroup are systemd's; nothing here writes any.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace caisson {

// The path below the unified hierarchy, "/caisson.slice/web.service", as the caller's cgroup
// namespace sees it. `process` is a pid or 0 for the caller.
Result<std::string> cgroup_of(pid_t process);

// The directory of a cgroup, O_RDONLY. The hierarchy at /sys/fs/cgroup must be the unified one.
Result<UniqueFd> open_cgroup(const std::string& path);

// How many processes below it the kernel has killed for memory: `oom_kill` of memory.events. 0
// without the memory controller.
Result<std::uint64_t> count_memory_kills(int cgroup);

// The child cgroup of that name, made if missing, O_RDONLY: fit for CLONE_INTO_CGROUP.
Result<UniqueFd> make_child_cgroup(int cgroup, const std::string& name);

}  // namespace caisson
