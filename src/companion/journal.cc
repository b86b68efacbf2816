// SPDX-License-Identifier: LGPL-2.1-or-later
#include "companion/journal.h"

#include <fcntl.h>
#include <linux/memfd.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <time.h>

#include <cerrno>
#include <cstdint>

#include "freestanding/syscalls.h"

namespace caisson {

namespace {

// What is too long for a datagram travels as a sealed memfd.
long send_as_file(Outlet& outlet, iovec* parts, size_t count, size_t size) {
    // Not MFD_NOEXEC_SEAL unless the kernel insists: journald before 254 takes exactly these seals.
    const unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    long file = call(SYS_memfd_create, "caisson-log", flags);
    if (file == -EACCES)
        file = call(SYS_memfd_create, "caisson-log", flags | 8U /* MFD_NOEXEC_SEAL */);
    int fd = static_cast<int>(file);
    if (fd < 0)
        return fd;
    long result = call(SYS_writev, fd, parts, count);
    if (result >= 0 && static_cast<size_t>(result) != size)
        result = -ENOSPC;
    if (result >= 0)
        result = call(SYS_fcntl, fd, F_ADD_SEALS,
                      F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
    if (result >= 0) {
        alignas(cmsghdr) char control[CMSG_SPACE(sizeof fd)] = {};
        msghdr message = {};
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        cmsghdr* rights = CMSG_FIRSTHDR(&message);
        rights->cmsg_len = CMSG_LEN(sizeof fd);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        __builtin_memcpy(CMSG_DATA(rights), &fd, sizeof fd);
        result = send(outlet, message);
    }
    close_fd(fd);
    return result;
}

}  // namespace

void open_journal(Journal& journal, std::string_view path, std::string_view name) {
    open_outlet(journal.outlet, path);
    // The level is the first field, so that its digit is always at the same place.
    journal.header << "PRIORITY=6\nSYSLOG_FACILITY=3\nSYSLOG_IDENTIFIER=" << name << "\nMESSAGE\n";
}

bool log(Journal& journal, char level, std::string_view message, std::string_view fields) {
    journal.header.data[sizeof "PRIORITY=" - 1] = level;
    unsigned char length[8];  // little-endian on every machine
    for (unsigned i = 0; i < sizeof length; ++i)
        length[i] = static_cast<unsigned char>(uint64_t{message.size()} >> (8 * i));
    char newline = '\n';
    iovec parts[] = {{journal.header.data, journal.header.size},
                     {length, sizeof length},
                     {const_cast<char*>(message.data()), message.size()},
                     {&newline, 1},
                     {const_cast<char*>(fields.data()), fields.size()}};
    constexpr size_t count = sizeof parts / sizeof parts[0];
    size_t size = 0;
    for (const iovec& part : parts)
        size += part.iov_len;
    msghdr datagram = {};
    datagram.msg_iov = parts;
    datagram.msg_iovlen = count;
    long result = send(journal.outlet, datagram);
    if (result == -EMSGSIZE || result == -ENOBUFS) {
        result = send_as_file(journal.outlet, parts, count, size);
        // POLLOUT says nothing about this failure, so wait as if nobody were there.
        if (result < 0 && result != -EAGAIN)
            journal.outlet.connected = false;
    }
    if (result < 0)
        return false;
    ++journal.entries;
    return true;
}

// journald looks up a sender's cgroup in /proc when it takes the message: the last words of a
// sender that is already gone are filed under no unit at all. It takes datagrams one after another,
// and an empty one it passes over; so when an empty one has left the queue, all before it are
// filed.
void settle(Journal& journal) {
    if (!journal.outlet.connected)
        return;
    bool marked = false;
    for (int waited = 0; waited < 1000; ++waited) {
        int queued = 0;
        if (!marked)
            marked = send(journal.outlet, msghdr{}) >= 0;
        else if (call(SYS_ioctl, journal.outlet.fd, SIOCOUTQ, &queued) < 0 || queued == 0)
            return;
        const timespec millisecond = {.tv_sec = 0, .tv_nsec = 1'000'000};
        (void)call(SYS_nanosleep, &millisecond, nullptr);
    }
}

}  // namespace caisson
