// SPDX-License-Identifier: LGPL-2.1-or-later
#include "companion/outlet.h"

#include <cerrno>

#include "freestanding/syscalls.h"

namespace caisson {

void open_outlet(Outlet& outlet, std::string_view path) {
    if (path.size() < 2 || path.size() >= sizeof outlet.address.sun_path ||
        (path[0] != '/' && path[0] != '@'))
        return;
    outlet.address.sun_family = AF_UNIX;
    __builtin_memcpy(outlet.address.sun_path, path.data(), path.size());
    outlet.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    if (path[0] == '@')
        outlet.address.sun_path[0] = '\0';
    const int type = SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
    outlet.fd = static_cast<int>(call(SYS_socket, AF_UNIX, type, 0));
}

long send(Outlet& outlet, const msghdr& message) {
    if (!outlet.connected) {
        const long result = call(SYS_connect, outlet.fd, &outlet.address, outlet.length);
        if (result < 0)
            return result;
        outlet.connected = true;
    }
    const long result = call(SYS_sendmsg, outlet.fd, &message, MSG_NOSIGNAL);
    if (result < 0 && result != -EAGAIN && result != -EMSGSIZE && result != -ENOBUFS)
        outlet.connected = false;
    return result;
}

}  // namespace caisson
