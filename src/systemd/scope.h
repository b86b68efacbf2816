// SPDX-License-Identifier: LGPL-2.1-or-later
// The transient scope of a container, asked of PID 1 over its private socket: no bus daemon is
// needed. It is built as a module that the runtime loads while the container's first process sets
// itself up, so that placement "service" never pays for libsystemd.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "core/plan.h"

namespace caisson {

struct ScopeRequest {
    std::string name;     // "web.scope"
    std::string slice;    // "caisson.slice"
    std::string service;  // "web.service": the scope ends with it
    std::string description;
    pid_t pid = 0;  // moves into the scope
    int pidfd = -1;
    std::vector<Directive> limits;  // beyond what the scope's drop-in says
};

// Returns when the process is in the scope, with all limits in force. ECANCELED: systemd is about
// to stop the service.
Result<void> start_scope(const ScopeRequest& request);

}  // namespace caisson
