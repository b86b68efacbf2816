// SPDX-License-Identifier: LGPL-2.1-or-later
// The first process of a running container, as exec needs it: proven to be the one that was
// started, with what else belongs to it.
#pragma once

#include <sys/resource.h>

#include <array>

#include "base/result.h"
#include "base/unique_fd.h"
#include "store/state.h"

namespace caisson {

using ResourceLimits = std::array<rlimit, RLIM_NLIMITS>;

struct Payload {
    UniqueFd pidfd;
    UniqueFd cgroup;
    int namespaces = 0;  // CLONE_NEW* of those that the caller is not in
    ResourceLimits limits{};
};

Result<Payload> open_payload(const State& state);

// For the caller itself. Where hard limits go up, this needs the host's root.
Result<void> apply_limits(const ResourceLimits& limits);

}  // namespace caisson
