// SPDX-License-Identifier: LGPL-2.1-or-later
#include "runtime/sockets.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

#include "base/text.h"
#include "core/socket.h"

namespace caisson {
namespace {

constexpr int first_socket = 3;            // SD_LISTEN_FDS_START
constexpr std::size_t reserved_room = 10;  // of digits, for any pid_t

std::string_view variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

}  // namespace

Result<PassedSockets> take_sockets(const Plan& plan) {
    if (plan.sockets == 0)
        return PassedSockets{};
    const bool is_ours = parse_integer<pid_t>(variable("LISTEN_PID")) == ::getpid();
    const auto count =
        is_ours ? parse_integer<std::uint32_t>(variable("LISTEN_FDS")).value_or(0) : 0;
    if (count < plan.sockets)
        return plain_error("systemd passed " + std::to_string(count) + " of " +
                           std::to_string(plan.sockets) + " sockets; restart " +
                           socket_name(plan.service));
    PassedSockets sockets{.count = static_cast<int>(count),
                          .names = std::string(variable("LISTEN_FDNAMES"))};
    for (int fd = first_socket; fd < first_socket + sockets.count; ++fd)
        if (::fcntl(fd, F_GETFD) < 0)
            return sys_error("take over the socket at descriptor", std::to_string(fd));
    return sockets;
}

Result<void> pass_sockets(const PassedSockets& sockets, bool init, Variables& variables) {
    if (sockets.count == 0)
        return {};
    for (int fd = first_socket; fd < first_socket + sockets.count; ++fd)
        if (::fcntl(fd, F_SETFD, 0) < 0)
            return sys_error("pass the socket at descriptor", std::to_string(fd));
    variables.emplace_back("LISTEN_FDS", std::to_string(sockets.count));
    variables.emplace_back("LISTEN_FDNAMES", sockets.names);
    variables.emplace_back(
        "LISTEN_PID", init ? std::string(reserved_room, '0') : std::to_string(::getpid()));
    return {};
}

}  // namespace caisson
