// SPDX-License-Identifier: LGPL-2.1-or-later
// The mounts of a container that are made while the host's file systems are in sight: its root and
// what is bound into it. All are detached; the child attaches them.
#pragma once

#include <list>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "core/plan.h"
#include "kernel/user_namespace.h"

namespace caisson {

enum class FileKind { Directory, Other };

struct PreparedMount {
    const Mount* mount = nullptr;
    UniqueFd detached;  // invalid for file systems of the child's own namespaces
    FileKind kind = FileKind::Directory;
};

struct PreparedRoot {
    UniqueFd root;
    std::vector<PreparedMount>
        mounts;                // in the plan's order, without optional ones that are missing
    UniqueFd null_device;      // to mask files with
    UniqueFd empty_directory;  // to mask directories with

    // A file that no definition names.
    void add_own(const std::string& target, UniqueFd detached) {
        own.push_back({.target = target});
        mounts.push_back({&own.back(), std::move(detached), FileKind::Other});
    }
    std::list<Mount> own;  // what `mounts` points to
};

// The user namespace of a container that has its own.
struct IdMapping {
    IdRange range;
    UniqueFd user_namespace;
};

// Fails with the mount's target and what could not be opened. To be called within the namespaces
// that the container joins: their file systems are made here.
Result<PreparedRoot> prepare_root(const Plan& plan, const std::optional<IdMapping>& ids);

}  // namespace caisson
