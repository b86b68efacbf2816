// SPDX-License-Identifier: LGPL-2.1-or-later
// The device filter of a cgroup, which is a BPF program (cgroup-v2.rst, "Device controller").
#pragma once

#include "base/result.h"

namespace caisson {

// An error if the kernel asks no program of this very cgroup's when a device is opened. One of a
// cgroup above does not count: it knows nothing of the container.
Result<void> check_device_filter(int cgroup);

}  // namespace caisson
