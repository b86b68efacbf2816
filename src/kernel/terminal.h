// SPDX-License-Identifier: LGPL-2.1-or-later
// Terminals: a pair of a container's devpts, and the caller's own in raw mode. pty(7), termios(3).
#pragma once

#include <sys/ioctl.h>
#include <sys/types.h>
#include <termios.h>

#include <optional>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"

namespace caisson {

// What a terminal looks like to programs.
struct TerminalShape {
    termios modes;
    winsize size;
};

// Of the terminal at `fd`; nothing when it is none.
std::optional<TerminalShape> shape_of(int fd);

struct Pty {
    UniqueFd master;  // non-blocking
    UniqueFd slave;
};

// A new pair of the devpts at /dev/pts of the container whose root directory `root` is; it is
// `owner`'s.
Result<Pty> open_pty(int root, const TerminalShape& shape, uid_t owner);

// Both ends to another process, through a socket of AF_UNIX. The receiver gets nothing when the
// other side is closed first.
Result<void> send_pty(int socket, const Pty& pty);
Result<std::optional<Pty>> receive_pty(int socket);

// `terminal` becomes the controlling terminal of the caller, who leads a session without one, and
// takes the place of those standard descriptors that are terminals.
Result<void> take_terminal(int terminal);

// The terminal at `fd` in raw mode; as it was when destroyed.
class RawMode {
public:
    static Result<RawMode> enter(int fd);
    RawMode(RawMode&& other) noexcept : fd_(std::exchange(other.fd_, -1)), before_(other.before_) {}
    RawMode& operator=(RawMode&&) = delete;
    ~RawMode();

private:
    RawMode(int fd, const termios& before) : fd_(fd), before_(before) {}
    int fd_;
    termios before_;
};

// Gives `to` the window size of `from`.
void copy_window_size(int from, int to);

}  // namespace caisson
