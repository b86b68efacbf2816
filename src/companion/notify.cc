// SPDX-License-Identifier: LGPL-2.1-or-later
#include "companion/notify.h"

#include <sys/uio.h>

#include <cerrno>

#include "freestanding/syscalls.h"

namespace caisson {

namespace {

// NUL ends a message for systemd; other control characters, C1 in UTF-8 among them, would reach the
// terminal of whoever asks for the status.
bool has_control_character(std::string_view line) {
    unsigned char last = 0;
    for (const char c : line) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < ' ' && c != '\t') || c == '\x7f' || (last == 0xc2 && byte < 0xa0))
            return true;
        last = byte;
    }
    return false;
}

bool is_passed(std::string_view line) {
    constexpr std::string_view keys[] = {"READY",         "RELOADING", "STOPPING",
                                         "STATUS",        "ERRNO",     "BUSERROR",
                                         "EXIT_STATUS",   "WATCHDOG",  "EXTEND_TIMEOUT_USEC",
                                         "MONOTONIC_USEC"};
    for (const std::string_view key : keys)
        if (std::string_view rest = line; take(rest, key) && take(rest, "="))
            return !has_control_character(rest);
    return false;
}

}  // namespace

bool receive(Relay& relay) {
    char* data = relay.pending.data;
    // Descriptors that come along are closed by the kernel, since there is no room for them here.
    // That answers a BARRIER=1 in time: what came before it is already with systemd.
    const long size = call(SYS_recvfrom, relay.fd, data, max_notification, MSG_DONTWAIT | MSG_TRUNC,
                           nullptr, nullptr);
    if (size < 0 && size != -EAGAIN)
        close_fd(relay.fd);
    if (size <= 0 || static_cast<size_t>(size) > max_notification)
        return size >= 0;
    // In place: what is passed on is never longer, but for the newline at the end.
    std::string_view message(data, static_cast<size_t>(size));
    if (message[message.size() - 1] == '\0')  // sent with its terminator, which systemd permits
        message.remove_suffix(1);
    for (size_t begin = 0; begin < message.size();) {
        size_t stop = begin;
        while (stop < message.size() && message[stop] != '\n')
            ++stop;
        const std::string_view line(data + begin, stop - begin);
        begin = stop + 1;
        std::string_view rest = line;
        if (is_passed(line) && !(relay.withholds_ready && take(rest, "READY=")))
            relay.pending << line << "\n";
    }
    return true;
}

void add_status(Relay& relay, std::string_view status) {
    relay.pending << "STATUS=" << status << "\n";
}

void forward(Relay& relay) {
    if (relay.pending.size == 0)
        return;
    iovec part = {relay.pending.data, relay.pending.size};
    msghdr message = {};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    // Anything but a full queue is for good, and stale news helps nobody.
    if (send(relay.outlet, message) != -EAGAIN)
        relay.pending.size = 0;
}

}  // namespace caisson
