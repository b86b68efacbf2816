// SPDX-License-Identifier: LGPL-2.1-or-later
#include "systemd/notify.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdlib>

namespace caisson {
namespace {

struct Address {
    sockaddr_un address{};
    socklen_t size = 0;
};

Result<Address> address_of(std::string_view path) {
    Address result;
    result.address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof result.address.sun_path)
        return plain_error("socket " + std::string(path) + ": path too long");
    path.copy(result.address.sun_path, path.size());
    // unix(7): "@" stands for the NUL byte of an abstract address.
    if (path[0] == '@')
        result.address.sun_path[0] = '\0';
    result.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    return result;
}

// `passed` is an fd to send along, or -1.
Result<bool> send_message(std::string_view message, int passed) {
    const char* path = std::getenv("NOTIFY_SOCKET");
    if (path == nullptr)
        return false;
    Address to = TRY(address_of(path));
    const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket)
        return sys_error("open a socket");
    iovec text{const_cast<char*>(message.data()), message.size()};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr header{};
    header.msg_name = &to.address;
    header.msg_namelen = to.size;
    header.msg_iov = &text;
    header.msg_iovlen = 1;
    if (passed >= 0) {
        header.msg_control = control;
        header.msg_controllen = sizeof control;
        cmsghdr* rights = CMSG_FIRSTHDR(&header);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int));
        std::memcpy(CMSG_DATA(rights), &passed, sizeof passed);
    }
    if (::sendmsg(socket.get(), &header, MSG_NOSIGNAL) < 0)
        return sys_error("notify systemd at", path);
    return true;
}

}  // namespace

Result<bool> notify(std::string_view message) {
    return send_message(message, -1);
}

Result<bool> notify(std::string_view message, int passed) {
    return send_message(message, passed);
}

Result<void> notify_barrier(int timeout_milliseconds) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0)
        return sys_error("create a pipe");
    const UniqueFd read(ends[0]);
    UniqueFd write(ends[1]);
    const bool sent = TRY(send_message("BARRIER=1", write.get()));
    if (!sent)
        return {};
    // systemd closes the descriptor when it comes to the message; with ours gone the pipe hangs up.
    write.reset();
    pollfd hangup{.fd = read.get(), .events = 0, .revents = 0};
    for (;;) {
        const int r = ::poll(&hangup, 1, timeout_milliseconds);
        if (r > 0)
            return {};
        if (r == 0)
            return sys_error("wait for systemd", {}, ETIMEDOUT);
        if (errno != EINTR)
            return sys_error("wait for systemd");
    }
}

Result<UniqueFd> open_journal_stream(std::string_view identifier, int priority) {
    constexpr std::string_view path = "/run/systemd/journal/stdout";
    Address to = TRY(address_of(path));
    UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket)
        return sys_error("open a socket");
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to.address), to.size) < 0)
        return sys_error("connect to", path);
    // The header of the stream protocol: identifier, unit (only for PID 1 to give), priority,
    // level prefixes, and forwarding to syslog, kmsg and console.
    const std::string header =
        std::string(identifier) + "\n\n" + std::to_string(priority) + "\n1\n0\n0\n0\n";
    if (::send(socket.get(), header.data(), header.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(header.size()))
        return sys_error("write to", path);
    // The journal only reads.
    if (::shutdown(socket.get(), SHUT_RD) < 0)
        return sys_error("shut down reading from", path);
    return socket;
}

}  // namespace caisson
