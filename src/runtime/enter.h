// SPDX-License-Identifier: LGPL-2.1-or-later
// The one way into a running container, for exec and for probes: a process of ours becomes one of
// its.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/plan.h"
#include "kernel/seccomp.h"
#include "runtime/environment.h"
#include "runtime/payload.h"

namespace caisson {

// What of the container and of the host takes part; gathered before anything is entered.
struct Inside {
    Plan plan;
    Variables variables;
    std::optional<SeccompFilter> filter;
};
Result<Inside> load_inside(const std::string& name);

// The payload of a container that runs. Where it has no user namespace the caller is executed once
// more, from what the container cannot write.
Result<Payload> find_payload(const std::string& name);

// For the caller's children only.
Result<void> enter_pid_namespace(const Payload& payload);

// Into all other namespaces, with the container's limits. The caller has been born in its PID
// namespace and cgroup.
Result<void> cross(const Payload& payload);

struct Visit {
    const Inside& inside;
    const std::string& user;  // empty: the payload's
    const std::vector<std::string>& command;
    int death_signal;  // when its parent, the caller, dies
    pid_t parent = 0;  // the caller, where it is in the same PID namespace
    // What the command gets besides: called with the root and its uid.
    std::function<Result<void>(int root, uid_t owner)> prepare = nullptr;
};

// After cross(): a session, then all that the payload is restricted to, then the command. Returns
// only on failure.
Error become_command(const Visit& visit);

// As shells exit.
int exit_status_of(const Error& error);

}  // namespace caisson
