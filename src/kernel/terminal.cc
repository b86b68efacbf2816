// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernel/terminal.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include <cstring>

#include "kernel/files.h"
#include "kernel/syscalls.h"

namespace caisson {
namespace {

// Directory and file are checked by descriptor, and between them no mount can be in the way: in a
// devpts there is nothing but what the kernel has put there (R6, R13).
Result<UniqueFd> open_master(int root) {
    const UniqueFd directory = TRY(open_without_links(root, "/dev/pts", O_PATH | O_DIRECTORY));
    struct statfs system {};
    if (::fstatfs(directory.get(), &system) < 0)
        return sys_error("stat", "/dev/pts");
    if (system.f_type != DEVPTS_SUPER_MAGIC)
        return plain_error("/dev/pts: not a devpts");
    const open_how how{.flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC,
                       .mode = 0,
                       .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV};
    UniqueFd master(sys_openat2(directory.get(), "ptmx", how));
    if (!master)
        return sys_error("open", "/dev/pts/ptmx");
    struct stat status {};
    if (::fstat(master.get(), &status) < 0)
        return sys_error("stat", "/dev/pts/ptmx");
    if (!S_ISCHR(status.st_mode) || status.st_rdev != makedev(5, 2))
        return plain_error("/dev/pts/ptmx: not the terminal multiplexer");
    return master;
}

}  // namespace

std::optional<TerminalShape> shape_of(int fd) {
    TerminalShape shape{};
    if (::tcgetattr(fd, &shape.modes) < 0)
        return std::nullopt;
    (void)::ioctl(fd, TIOCGWINSZ, &shape.size);
    return shape;
}

Result<Pty> open_pty(int root, const TerminalShape& shape, uid_t owner) {
    Pty pty;
    pty.master = TRY(open_master(root));
    const int unlocked = 0;
    if (::ioctl(pty.master.get(), TIOCSPTLCK, &unlocked) < 0)
        return sys_error("unlock the terminal");
    // Its name could stand for anything by now (R13).
    pty.slave = UniqueFd(::ioctl(pty.master.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!pty.slave)
        return sys_error("open the terminal");
    if (::tcsetattr(pty.slave.get(), TCSANOW, &shape.modes) < 0 ||
        ::ioctl(pty.slave.get(), TIOCSWINSZ, &shape.size) < 0 ||
        ::fchown(pty.slave.get(), owner, static_cast<gid_t>(-1)) < 0)
        return sys_error("set up the terminal");
    return pty;
}

namespace {

// One byte of data, without which descriptors do not travel, and room for two of them.
struct Parcel {
    char byte = 0;
    iovec data{.iov_base = &byte, .iov_len = 1};
    alignas(cmsghdr) char control[CMSG_SPACE(2 * sizeof(int))] = {};
    msghdr message{};

    Parcel() {
        message.msg_iov = &data;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = sizeof control;
    }
};

}  // namespace

Result<void> send_pty(int socket, const Pty& pty) {
    Parcel parcel;
    const int fds[] = {pty.master.get(), pty.slave.get()};
    cmsghdr* header = CMSG_FIRSTHDR(&parcel.message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fds);
    std::memcpy(CMSG_DATA(header), fds, sizeof fds);
    if (::sendmsg(socket, &parcel.message, MSG_NOSIGNAL) < 0)
        return sys_error("pass the terminal on");
    return {};
}

Result<std::optional<Pty>> receive_pty(int socket) {
    Parcel parcel;
    ssize_t got = 0;
    do {
        got = ::recvmsg(socket, &parcel.message, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        return sys_error("receive the terminal");
    int fds[2] = {};
    const cmsghdr* header = CMSG_FIRSTHDR(&parcel.message);
    if (got == 0 || header == nullptr || header->cmsg_type != SCM_RIGHTS ||
        header->cmsg_len != CMSG_LEN(sizeof fds))
        return std::optional<Pty>();
    std::memcpy(fds, CMSG_DATA(header), sizeof fds);
    return std::optional<Pty>(Pty{UniqueFd(fds[0]), UniqueFd(fds[1])});
}

Result<void> take_terminal(int terminal) {
    if (::ioctl(terminal, TIOCSCTTY, 0) < 0)
        return sys_error("take the terminal");
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::isatty(standard) == 1 && ::dup2(terminal, standard) < 0)
            return sys_error("connect the terminal");
    }
    return {};
}

Result<RawMode> RawMode::enter(int fd) {
    termios before{};
    if (::tcgetattr(fd, &before) < 0)
        return sys_error("read the terminal's modes");
    termios raw = before;
    ::cfmakeraw(&raw);
    if (::tcsetattr(fd, TCSADRAIN, &raw) < 0)
        return sys_error("set the terminal's modes");
    return RawMode(fd, before);
}

RawMode::~RawMode() {
    if (fd_ >= 0)
        (void)::tcsetattr(fd_, TCSADRAIN, &before_);
}

void copy_window_size(int from, int to) {
    winsize size{};
    if (::ioctl(from, TIOCGWINSZ, &size) == 0)
        (void)::ioctl(to, TIOCSWINSZ, &size);
}

}  // namespace caisson
