// SPDX-License-Identifier: LGPL-2.1-or-later
// The file systems that are windows into the kernel: each shows the namespaces of its maker.
#pragma once

#include "base/result.h"
#include "base/unique_fd.h"
#include "core/plan.h"

namespace caisson {

// A new instance of what `mount` describes, detached. `user` tells which ids exist where it will
// be: devpts has a group.
Result<UniqueFd> new_kernel_mount(const Mount& mount, const UserNamespace& user);

// The procfs of the PID namespace into which the caller's children are born, pid_namespaces(7).
Result<UniqueFd> new_procfs_of_children(const MountFlags& flags);

}  // namespace caisson
