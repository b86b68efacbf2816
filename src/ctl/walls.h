// SPDX-License-Identifier: LGPL-2.1-or-later
// What the kernel says of the isolation of a running container's first process: all of it read from
// /proc/PID, nothing from files that the container could have made, and nothing from the
// definition.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "core/plan.h"

namespace caisson {

struct NamespaceLink {
    std::string name;  // "pid", "network"
    std::string id;    // "pid:[4026531836]"
    bool is_own = false;
};

struct IdMap {
    std::uint32_t inside = 0;
    std::uint32_t outside = 0;
    std::uint32_t count = 0;
};

struct CapabilitySet {
    std::string name;  // "bounding"
    std::vector<std::string> capabilities;
};

struct Walls {
    std::vector<NamespaceLink> namespaces;
    std::vector<IdMap> uids;
    std::vector<IdMap> gids;
    std::vector<CapabilitySet> capabilities;
    bool no_new_privileges = false;
    std::string seccomp;  // "none", "strict", "filter"
    unsigned seccomp_filters = 0;
    std::vector<std::string> masked_paths;
    std::vector<std::string> read_only_paths;
    std::vector<std::string> writable_mounts;
    std::vector<ResourceLimit> limits;
    std::string label;  // of the LSM that says it there; empty: none does
};

// `root` is another directory than "" in tests only. The process is proven by its start time; an
// error when it has gone.
Result<Walls> read_walls(pid_t pid, std::uint64_t start_time, const std::string& root);

}  // namespace caisson
