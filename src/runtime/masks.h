// SPDX-License-Identifier: LGPL-2.1-or-later
// Windows into the kernel that a container does not get, or only to look through.
#pragma once

#include "base/result.h"
#include "core/plan.h"
#include "runtime/rootfs.h"

namespace caisson {

// In the child, below `root`, the attached root of the container with its /proc and /sys: masked
// files are covered with a null device, directories with an empty one, both prepared by the host;
// what is not there needs no cover.
Result<void> protect_kernel_paths(int root, const Plan& plan, const PreparedRoot& prepared);

}  // namespace caisson
