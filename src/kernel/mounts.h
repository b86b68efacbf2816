// SPDX-License-Identifier: LGPL-2.1-or-later
// Detached mounts (fsopen(2), open_tree(2)) and their attachment by descriptor (move_mount(2)). A
// mount being built is an fd: a failure before it is attached cleans itself up, and the host's
// mount namespace never sees it, which would make PID 1 read its mount table again.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "core/plan.h"

namespace caisson {

using MountOptions = std::vector<std::pair<std::string, std::string>>;  // "" as value: a flag

// A new instance of a file system, detached.
Result<UniqueFd> new_mount(const char* type, const MountOptions& options, const MountFlags& flags);

// A detached copy of the mount at `fd`, a directory or file (O_PATH suffices), with `flags` added;
// flags that the source has stay. Submounts too when `recursive` (mount_setattr(2), Linux 5.12).
enum class Submounts { Leave, Copy };
Result<UniqueFd> clone_mount(int fd, Submounts submounts, const MountFlags& flags);

// For what is written first, through its descriptor.
Result<void> make_mount_read_only(int mount);

// The owners that a detached mount shows become those that the user namespace at `user_namespace`
// maps them to (mount_setattr(2), MOUNT_ATTR_IDMAP, Linux 5.12; by file system).
Result<void> idmap_mount(int mount, Submounts submounts, int user_namespace);

// mount_namespaces(7); of an attached or detached mount.
Result<void> set_propagation(int mount, Submounts submounts, Propagation propagation);

// Attaches on `target`, an O_PATH fd of a directory or file in the caller's mount namespace.
Result<void> attach(int mount, int target, std::string_view name);

// Whether both are in the same mount, statx(2): binds of one file system are different ones.
Result<bool> in_same_mount(int one, int other);

// mount_namespaces(7): nothing that happens here reaches the host, and the reverse.
Result<void> make_mounts_private();

// What happens on the host reaches here, and not the reverse.
Result<void> make_mounts_slaves();

// Makes `root`, an attached mount, "/" and leaves no trace of the old one (pivot_root(2)).
Result<void> pivot_into(int root);

}  // namespace caisson
