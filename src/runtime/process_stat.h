// SPDX-License-Identifier: LGPL-2.1-or-later
// What tells a process from a later one of the same pid.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "base/result.h"

namespace caisson {

// Field 22 of proc_pid_stat(5): clock ticks since boot.
Result<std::uint64_t> process_start_time(pid_t pid);

// Whether it has a handler for the signal or blocks it, to take it when it likes: proc_pid_status(5).
Result<bool> awaits_signal(pid_t pid, int signal);

}  // namespace caisson
