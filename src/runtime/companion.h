// SPDX-License-Identifier: LGPL-2.1-or-later
// Starts caisson-companion, which carries the output, notifications and out-of-memory kills of a
// payload in a scope over to its service, and runs the health check.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "core/plan.h"

namespace caisson {

// A scope needs one, and a health check does. So do notifications that are not to be systemd's to
// judge: of the host's root it believes any main process.
bool needs_companion(const Plan& plan);

// The payload's ends and the companion's. With placement "service" the payload's output needs none.
struct CompanionChannels {
    UniqueFd payload_out;
    UniqueFd payload_error;
    UniqueFd out;
    UniqueFd error;
    UniqueFd notify;        // a bound socket
    UniqueFd notify_mount;  // its file, to be bound into the container
    UniqueFd go;            // a byte tells that systemd knows the payload
    UniqueFd go_ahead;      // for the runtime to write it
};

// The container's side of the notification socket, in $NOTIFY_SOCKET.
inline constexpr const char* container_notify_path = "/run/host/notify";

Result<CompanionChannels> make_channels(const Plan& plan);

// `pidfd`: the payload's. `cgroup`: the scope's directory.
Result<void> start_companion(const Plan& plan, const CompanionChannels& channels, int pidfd,
                             int cgroup);

// systemd knows the payload: notifications and probes may begin.
Result<void> let_go(const CompanionChannels& channels);

// Where the sockets of companions are bound.
inline constexpr const char* notify_directory = "/run/caisson/notify";

// The companion's socket file, for cleanup.
std::string notify_socket_path(const std::string& name);

// There with oom_policy "stop", and no longer empty once the kernel has killed: systemd stops the
// scope then, which the service alone would take for a success.
std::string memory_note_path(const std::string& name);

}  // namespace caisson
