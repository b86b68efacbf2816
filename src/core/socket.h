// SPDX-License-Identifier: LGPL-2.1-or-later
// The socket unit of a container that systemd starts on the first connection, systemd.socket(5).
#pragma once

#include "core/graph.h"
#include "core/names.h"
#include "core/unit.h"

namespace caisson {

// A path, "@name" of an abstract socket, a port, "address:port", "[address]:port" or
// "vsock:CID:PORT".
Complaint check_socket_address(std::string_view address);

std::string socket_name(std::string_view service);  // "web.socket" of "web.service"

// `mode` or `user`: the first that is given is that of all.
const Given<std::string>& socket_owner(const ContainerSpec& spec,
                                       Given<std::string> SocketSpec::*field);

// Without sections when the container has no sockets.
Unit socket_for(const DeclaredContainer& container);

}  // namespace caisson
