// SPDX-License-Identifier: LGPL-2.1-or-later
// What tells a process from a later one of the same pid.
#pragma once

#include "base/result.h"

#include <sys/types.h>

#include <cstdint>

namespace caisson {

// Field 22 of proc_pid_stat(5): clock ticks since boot.
Result<std::uint64_t> process_start_time(pid_t pid);

}  // namespace caisson
