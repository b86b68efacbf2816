// SPDX-License-Identifier: LGPL-2.1-or-later
// The sockets that systemd passes, sd_listen_fds(3): they are the payload's, at the same numbers.
#pragma once

#include <string>

#include "base/result.h"
#include "core/plan.h"
#include "runtime/environment.h"

namespace caisson {

struct PassedSockets {
    int count = 0;      // descriptors from 3 on
    std::string names;  // $LISTEN_FDNAMES
};

// In the parent. Those that the plan has no sockets for are nobody's.
Result<PassedSockets> take_sockets(const Plan& plan);

// In the child, last of all that concerns descriptors: the sockets survive its execve(2), and
// `variables` tell of them. LISTEN_PID is the caller, or, with `init`, as many zeros as init/init.cc
// needs to write its child's number over them.
Result<void> pass_sockets(const PassedSockets& sockets, bool init, Variables& variables);

}  // namespace caisson
