// SPDX-License-Identifier: LGPL-2.1-or-later
// Starts caisson-companion, which carries the output, notifications and out-of-memory kills of a
// payload in a scope over to its service.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"
#include "core/plan.h"

namespace caisson {

// The payload's ends and the companion's.
struct CompanionChannels {
    UniqueFd payload_out;
    UniqueFd payload_error;
    UniqueFd out;
    UniqueFd error;
    UniqueFd notify;        // a bound socket
    UniqueFd notify_mount;  // its file, to be bound into the container
};

// The container's side of the notification socket, in $NOTIFY_SOCKET.
inline constexpr const char* container_notify_path = "/run/host/notify";

Result<CompanionChannels> make_channels(const std::string& name);

// `pidfd`: the payload's. `cgroup`: the scope's directory.
Result<void> start_companion(const Plan& plan, const CompanionChannels& channels, int pidfd,
                             int cgroup);

// Where the sockets of companions are bound.
inline constexpr const char* notify_directory = "/run/caisson/notify";

// The companion's socket file, for cleanup.
std::string notify_socket_path(const std::string& name);

// There with oom_policy "stop", and no longer empty once the kernel has killed: systemd stops the
// scope then, which the service alone would take for a success.
std::string memory_note_path(const std::string& name);

}  // namespace caisson
