// SPDX-License-Identifier: LGPL-2.1-or-later
#include "runtime/supervise.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>
#include <string>

#include "kernel/files.h"
#include "kernel/syscalls.h"

namespace caisson {
namespace {

constexpr int signal_exit_base = 128;
constexpr int hangup_milliseconds = 10 * 1000;  // for a command to end after its terminal
constexpr std::size_t most_typed_ahead = 64 * 1024;

class Session {
public:
    Session(const Child& child, int signals, Pty terminal)
        : child_(child), signals_(signals), terminal_(std::move(terminal)) {}

    Result<int> attend() {
        if (terminal_.master)
            TRY(make_raw());
        // A change of size before this was nobody's to notice.
        if (terminal_.master)
            copy_window_size(STDIN_FILENO, terminal_.master.get());
        for (;;) {
            pollfd events[] = {
                {.fd = child_.pidfd(), .events = POLLIN, .revents = 0},
                {.fd = signals_, .events = POLLIN, .revents = 0},
                {.fd = terminal_.master.get(),
                 .events = static_cast<short>(POLLIN | (typed_.empty() ? 0 : POLLOUT)),
                 .revents = 0},
                {.fd = terminal_.master && typed_.size() < most_typed_ahead ? STDIN_FILENO : -1,
                 .events = POLLIN,
                 .revents = 0}};
            const int ready = ::poll(events, 4, hung_up_ ? hangup_milliseconds : -1);
            if (ready < 0 && errno != EINTR)
                return sys_error("wait for the command");
            if (ready == 0)
                return signal_exit_base + SIGHUP;
            if (ready < 0)
                continue;
            if (events[1].revents != 0)
                take_signal();
            if (events[3].revents != 0)
                take_input();
            if (events[2].revents != 0)
                relay();
            if (events[0].revents != 0)
                return end();
        }
    }

private:
    Result<void> make_raw() {
        RawMode raw = TRY(RawMode::enter(STDIN_FILENO));
        raw_.emplace(std::move(raw));
        return {};
    }

    // The kernel sends SIGHUP to the command's session when the last master is closed (tty(4)).
    void hang_up() {
        hung_up_ = hung_up_ || terminal_.master;
        terminal_ = {};
    }

    void take_signal() {
        signalfd_siginfo info{};
        if (::read(signals_, &info, sizeof info) != sizeof info)
            return;
        const int signal = static_cast<int>(info.ssi_signo);
        if (signal == SIGWINCH) {
            if (terminal_.master)
                copy_window_size(STDIN_FILENO, terminal_.master.get());
        } else if (signal == SIGHUP && terminal_.master) {
            hang_up();
        } else if (signal == SIGTSTP) {
            // With a terminal of its own, the command gets the key itself.
            (void)::kill(-child_.pid(), SIGSTOP);
            (void)::raise(SIGSTOP);
            (void)::kill(-child_.pid(), SIGCONT);
        } else if (info.ssi_code == SI_KERNEL) {
            // A key of the caller's terminal is for all in the foreground (termios(3), ISIG).
            (void)::kill(-child_.pid(), signal);
        } else {
            (void)sys_pidfd_send_signal(child_.pidfd(), signal);
        }
    }

    void take_input() {
        char buffer[4096];
        const ssize_t got = ::read(STDIN_FILENO, buffer, sizeof buffer);
        if (got > 0)
            typed_.append(buffer, static_cast<std::size_t>(got));
        else if (got == 0 || (errno != EINTR && errno != EAGAIN))
            hang_up();
    }

    void relay() {
        if (!terminal_.master)
            return;
        if (!typed_.empty()) {
            const ssize_t written = ::write(terminal_.master.get(), typed_.data(), typed_.size());
            if (written > 0)
                typed_.erase(0, static_cast<std::size_t>(written));
        }
        (void)show();
    }

    // False when there is nothing more to be shown now.
    bool show() {
        char buffer[4096];
        const ssize_t got = ::read(terminal_.master.get(), buffer, sizeof buffer);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            return false;
        // It has hung up already: so the end of a session's leader does.
        if (got <= 0) {
            terminal_ = {};
            return false;
        }
        if (!write_all(STDOUT_FILENO, {buffer, static_cast<std::size_t>(got)}, "stdout"))
            hang_up();
        return static_cast<bool>(terminal_.master);
    }

    Result<int> end() {
        siginfo_t info{};
        if (::waitid(P_PIDFD, static_cast<id_t>(child_.pidfd()), &info, WEXITED) < 0)
            return sys_error("wait for the command");
        // What it wrote is all there; what others write from now on is not waited for.
        for (int rest = 0; rest < 256 && terminal_.master && show(); ++rest)
            continue;
        return info.si_code == CLD_EXITED ? info.si_status : signal_exit_base + info.si_status;
    }

    const Child& child_;
    int signals_;
    // The slave is kept open, so that the master stays one while the command opens it at will.
    Pty terminal_;
    std::optional<RawMode> raw_;
    std::string typed_;
    bool hung_up_ = false;
};

}  // namespace

Result<UniqueFd> watch_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int signal :
         {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGTSTP, SIGWINCH})
        ::sigaddset(&set, signal);
    if (::sigprocmask(SIG_BLOCK, &set, nullptr) < 0)
        return sys_error("block signals");
    // A terminal or pipe that is gone is an error of write(2) then.
    (void)::signal(SIGPIPE, SIG_IGN);
    UniqueFd fd(::signalfd(-1, &set, SFD_CLOEXEC));
    if (!fd)
        return sys_error("watch signals");
    return fd;
}

Result<int> supervise(const Child& child, int signals, Pty terminal) {
    Session session(child, signals, std::move(terminal));
    return session.attend();
}

}  // namespace caisson
