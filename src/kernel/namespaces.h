// SPDX-License-Identifier: LGPL-2.1-or-later
// Joining namespaces that are not new: for the time in which a child is born into them.
#pragma once

#include <sys/types.h>

#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "core/plan.h"

namespace caisson {

// namespaces(7): the names below /proc/PID/ns, and the CLONE_NEW* flag of each.
struct NamespaceKind {
    const char* file;
    int flag;
};

// In a namespace of another, or of the caller's making, until leave(). The caller must have one
// thread (setns(2)). Destroyed without leave(), the caller stays: for a process that is about to
// end.
class Joined {
public:
    // `target` is a pidfd or an nsfs descriptor; setns(2) checks that it is of that kind (R36).
    Result<void> join(const NamespaceKind& kind, int target);

    // A new time namespace, for children only, with these offsets; time_namespaces(7).
    Result<void> make_time_namespace(const TimeOffsets& offsets);

    Result<void> leave();

private:
    Result<void> remember(const NamespaceKind& kind);

    struct Left {
        NamespaceKind kind;
        UniqueFd own;
    };
    std::vector<Left> left_;
};

// A namespace file, checked to be one.
Result<UniqueFd> open_namespace(const std::string& path);

// The namespace of that inode among the open files of systemd, checked to be it; -1 when systemd
// has none.
Result<UniqueFd> find_kept_namespace(const NamespaceKind& kind, ino_t inode);

}  // namespace caisson
