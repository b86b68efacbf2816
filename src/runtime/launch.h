// SPDX-License-Identifier: LGPL-2.1-or-later
// What the container's first process does between its birth and the payload: the order here is the
// order of privilege, and exists nowhere else.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "core/plan.h"
#include "kernel/seccomp.h"
#include "runtime/credentials.h"
#include "runtime/environment.h"
#include "runtime/rootfs.h"
#include "runtime/sockets.h"

namespace caisson {

struct Launch {
    const Plan& plan;
    const PreparedRoot& root;
    const Variables& variables;
    const Variables& extra_variables;
    const std::optional<SeccompFilter>& filter;
    const Credentials& credentials;
    const PassedSockets& sockets;
    bool has_user_namespace = false;
    int orders = -1;  // read end of a pipe: one byte when the ids are mapped, where there are any
                      // to map; one when systemd has placed the process
    int orders_writer = -1;  // its write end, the parent's, closed in the child
    int init = -1;           // caisson-init, where the plan wants it
    int out = -1;            // what becomes stdout and stderr; -1: as inherited
    int error = -1;
};

// Returns only to report a failure. `status`: the status pipe of spawn().
Error launch(const Launch& launch, int status);

// Changes the working directory as the payload's user would; refuses one outside the root (R9).
Result<void> enter_directory(const std::string& path);

// execve(2) with a search in the PATH of `environment`. Returns only on failure.
Error execute(const std::vector<std::string>& command, const std::vector<std::string>& environment);

// The user of the container that `user` names; `root` is the container's root directory.
Result<Identity> find_identity(int root, const std::string& user,
                               const std::vector<std::string>& groups);

// Close-on-exec for all descriptors but the standard ones, whoever opened them (R8).
Result<void> close_inherited();

// Default dispositions and an empty mask: systemd starts services with SIGPIPE ignored.
Result<void> reset_signals();

}  // namespace caisson
