// SPDX-License-Identifier: LGPL-2.1-or-later
// The walls that are neither mounts nor capabilities: what the parent and the child do for them.
#pragma once

#include <sys/types.h>

#include <optional>

#include "base/result.h"
#include "core/plan.h"
#include "kernel/namespaces.h"
#include "kernel/user_namespace.h"

namespace caisson {

// In the parent.

// Whether the kernel has the security modules that the plan names.
Result<void> check_security_modules(const Plan& plan);

// Enters the namespaces that the container shares with others, or that only children can be born
// into, until the container's first process is born.
Result<Joined> join_namespaces(const Plan& plan);

// CLONE_NEW* of those that are new with that process. The cgroup namespace is made by the process
// itself, once it is in its final cgroup (R20).
std::uint64_t new_namespaces(const Plan& plan);

// prlimit(2): the host's root may raise hard limits, that of a user namespace may not.
Result<void> set_limits(pid_t pid, const Plan& plan);

// Gives the cgroup's directory and the files of /sys/kernel/cgroup/delegate to the container's
// root, for an init system.
Result<void> delegate_cgroup(int cgroup, const IdRange& range);

// In the child; `root` is the container's root directory, with /proc in it.

Result<void> set_sysctls(int root, const Plan& plan);

// proc_pid_attr(5): in force at the next execve(2).
Result<void> set_exec_labels(int root, const Plan& plan);

// Keys of the host's sessions are out of reach; session-keyring(7).
Result<void> join_new_session_keyring();

}  // namespace caisson
