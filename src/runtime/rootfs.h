// SPDX-License-Identifier: LGPL-2.1-or-later
// The mounts of a container that are made while the host's file systems are in sight: its root and
// what is bound into it. All are detached; the child attaches them.
#pragma once

#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "core/plan.h"

namespace caisson {

enum class FileKind { Directory, Other };

struct PreparedMount {
    const Mount* mount = nullptr;
    UniqueFd detached;  // invalid for file systems that belong to the child's namespaces
    FileKind kind = FileKind::Directory;
};

struct PreparedRoot {
    UniqueFd root;
    std::vector<PreparedMount>
        mounts;                // in the plan's order, without optional ones that are missing
    UniqueFd null_device;      // to mask files with
    UniqueFd empty_directory;  // to mask directories with
};

// Fails with the mount's target and what could not be opened.
Result<PreparedRoot> prepare_root(const Plan& plan);

}  // namespace caisson
