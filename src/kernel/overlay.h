// SPDX-License-Identifier: LGPL-2.1-or-later
// An overlay file system (overlayfs in the kernel's documentation) as a detached mount.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "core/plan.h"

namespace caisson {

struct OverlayDirectories {
    std::vector<UniqueFd> layers;  // lowerdir, topmost first
    UniqueFd upper;                // upperdir and workdir; invalid for a read-only overlay
    UniqueFd work;
};

// Volatile: no sync to disk, ever; such an upperdir cannot be used a second time (Linux 5.10).
enum class Durability { Volatile, Durable };

// Whether a layer may be a mount that is attached nowhere: Linux 6.15.
bool takes_detached_layers();

// `label`: the SELinux context of all its files, or empty. Nothing in it is a device.
Result<UniqueFd> new_overlay(const OverlayDirectories& directories, Durability durability,
                             const std::string& label);

}  // namespace caisson
