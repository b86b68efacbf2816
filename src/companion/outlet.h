// SPDX-License-Identifier: LGPL-2.1-or-later
// A datagram socket towards a path that may come and go: systemd's or journald's. It never blocks.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <string_view>

namespace caisson {

struct Outlet {
    int fd = -1;
    // False before the first datagram and after a failure: the next one connects again.
    bool connected = false;
    socklen_t length = 0;
    sockaddr_un address = {};
};

// `path` as in $NOTIFY_SOCKET: absolute, or abstract with a leading "@". Anything else leaves the
// outlet without a socket, and every datagram fails with EBADF.
void open_outlet(Outlet& outlet, std::string_view path);

// At least 0, or -errno. After EAGAIN, POLLOUT says when to try again; after EMSGSIZE and ENOBUFS
// nothing but this datagram is wrong; after anything else only time can help.
long send(Outlet& outlet, const msghdr& message);

}  // namespace caisson
