// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the payload's cgroup is: a scope of its own, or a child of the service's cgroup. Whichever
// systemd made for it has to have the device filter, since systemd only logs that it could attach
// none (R37).
#pragma once

#include <sys/types.h>

#include "base/result.h"
#include "base/unique_fd.h"
#include "core/plan.h"

namespace caisson {

// A child of the runtime's own cgroup, which is the service's: the service's cgroup itself must
// hold no process once children have controllers (cgroups(7), "no internal processes").
Result<UniqueFd> make_own_cgroup(const std::string& name);

// The one of the payload.
Result<UniqueFd> make_payload_cgroup();

// Moves the process into the container's scope; returns the scope's cgroup directory.
Result<UniqueFd> place_in_scope(const Plan& plan, pid_t pid, int pidfd);

}  // namespace caisson
