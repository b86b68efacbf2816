// SPDX-License-Identifier: LGPL-2.1-or-later
// User namespaces: the range of the host's ids that a container's ids 0 and up stand for.
#pragma once

#include <sys/types.h>

#include <cstdint>

#include "base/result.h"
#include "base/unique_fd.h"

namespace caisson {

struct IdRange {
    std::uint32_t base = 0;
    std::uint32_t size = 0;
};

// For a process that was just born in a new user namespace. Needs CAP_SETUID and CAP_SETGID,
// user_namespaces(7).
Result<void> map_ids(pid_t pid, const IdRange& range);

// A user namespace of that map with no process in it, for mount_setattr(2), MOUNT_ATTR_IDMAP.
Result<UniqueFd> new_user_namespace(const IdRange& range);

// The caller, whose ids the map of its user namespace does not have, becomes uid and gid 0 there,
// with all capabilities.
Result<void> become_root_of_namespace();

}  // namespace caisson
