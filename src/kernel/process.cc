// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernel/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <cstring>

#include "kernel/files.h"
#include "kernel/syscalls.h"

namespace caisson {
namespace {

constexpr std::size_t longest_message = 4000;  // below PIPE_BUF: one write, never split
constexpr int exit_failure = 1;

struct Pipe {
    UniqueFd read;
    UniqueFd write;
};

Result<Pipe> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0)
        return sys_error("create a pipe");
    return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

[[noreturn]] void report_and_exit(int status, const Error& error) {
    std::string report(reinterpret_cast<const char*>(&error.code), sizeof error.code);
    report.append(error.message, 0, longest_message);
    (void)write_all(status, report, "status");
    ::_exit(exit_failure);
}

}  // namespace

Child::~Child() {
    if (pidfd_)
        (void)sys_pidfd_send_signal(pidfd_.get(), SIGKILL);
}

bool Child::has_ended() const {
    pollfd end{.fd = pidfd_.get(), .events = POLLIN, .revents = 0};
    return ::poll(&end, 1, 0) == 1;
}

Result<void> Child::wait_for_exec() {
    const std::string report =
        TRY(read_file(status_.get(), sizeof(int) + longest_message, "status"));
    if (report.empty())
        return {};
    Error error;
    if (report.size() < sizeof error.code)
        return plain_error("the container's first process failed without saying why");
    std::memcpy(&error.code, report.data(), sizeof error.code);
    error.message = report.substr(sizeof error.code);
    return error;
}

Result<Child> spawn(const SpawnOptions& options, const std::function<Error()>& body) {
    Pipe status = TRY(make_pipe());
    int pidfd = -1;
    clone_args arguments{};
    arguments.flags = options.namespaces | CLONE_PIDFD;
    arguments.pidfd = reinterpret_cast<std::uintptr_t>(&pidfd);
    arguments.exit_signal = SIGCHLD;
    if (options.as_sibling) {
        // The exit signal is the parent's own then, and must not be given (clone(2)).
        arguments.flags |= CLONE_PARENT;
        arguments.exit_signal = 0;
    }
    if (options.cgroup >= 0) {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = static_cast<std::uint64_t>(options.cgroup);
    }
    const long pid = sys_clone3(arguments);
    if (pid < 0)
        return sys_error("create a process in new namespaces");
    if (pid == 0) {
        // Of the pipe's two ends the child holds one: the parent's death is not its own.
        (void)::close(status.read.release());
        report_and_exit(status.write.get(), body());
    }
    return Child(static_cast<pid_t>(pid), UniqueFd(pidfd), std::move(status.read));
}

Result<ExecBarrier> ExecBarrier::install(pid_t pid) {
    if (::ptrace(PTRACE_SEIZE, pid, nullptr,
                 reinterpret_cast<void*>(PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL)) == 0)
        return ExecBarrier(pid);
    if (errno == EPERM)
        return ExecBarrier(0);
    return sys_error("hold the payload");
}

Result<void> ExecBarrier::wait() {
    if (pid_ == 0)
        return {};
    for (;;) {
        int status = 0;
        if (::waitpid(pid_, &status, __WALL) < 0) {
            if (errno == EINTR)
                continue;
            return sys_error("wait for the payload");
        }
        if (!WIFSTOPPED(status))
            return Error{ECHILD, "the container's first process ended before its program ran"};
        if (status >> 8 == (SIGTRAP | (PTRACE_EVENT_EXEC << 8)))
            return {};
        // A signal on its way, or a stop by SIGSTOP: pass it on.
        const int signal = status >> 16 == 0 ? WSTOPSIG(status) : 0;
        if (::ptrace(PTRACE_CONT, pid_, nullptr, static_cast<std::intptr_t>(signal)) < 0)
            return sys_error("continue the payload");
    }
}

Result<void> ExecBarrier::lift() {
    if (pid_ != 0 && ::ptrace(PTRACE_DETACH, pid_, nullptr, nullptr) < 0)
        return sys_error("release the payload");
    return {};
}

}  // namespace caisson
