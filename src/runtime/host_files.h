// SPDX-License-Identifier: LGPL-2.1-or-later
// What a container is given of the host besides what its definition names: the time zone, and what
// an init system wants to know (https://systemd.io/CONTAINER_INTERFACE/).
#pragma once

#include "base/result.h"
#include "core/plan.h"
#include "runtime/environment.h"
#include "runtime/rootfs.h"

namespace caisson {

// In the parent: mounts at /run/host, and variables that name them.
Result<void> add_time_zone(const Plan& plan, PreparedRoot& root, const Variables& variables,
                           Variables& extra);
Result<void> add_boot_environment(const Plan& plan, PreparedRoot& root, Variables& extra);

// In the child: the files of /run/host that are not the host's.
Result<void> write_boot_files(int root, const Variables& extra);

// In the child, in the container's root: its init system, where `command` names none.
Result<std::vector<std::string>> boot_command(int root, const std::vector<std::string>& command);

}  // namespace caisson
