// SPDX-License-Identifier: LGPL-2.1-or-later
// /dev of a container: a tmpfs of its own with the standard nodes and links.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "core/plan.h"

namespace caisson {

// Detached. Made by the host's root, so that the nodes are real even where the container may not
// make any. Holds null zero full random urandom tty, the links ptmx fd stdin stdout stderr, the
// directories pts shm mqueue, and copies of the host's `devices`. All belongs to `owner`.
Result<UniqueFd> new_dev(const MountFlags& flags, const std::vector<Device>& devices,
                         std::uint32_t owner);

// A detached mount of the host's /dev/null, checked to be that device (R12: an image's own could
// be anything), to mask files with.
Result<UniqueFd> clone_null_device();

}  // namespace caisson
