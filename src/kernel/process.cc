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

Result<Child> spawn(const SpawnOptions& options, const std::function<Error(int status)>& body) {
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
        report_and_exit(status.write.get(), body(status.write.get()));
    }
    return Child(static_cast<pid_t>(pid), UniqueFd(pidfd), std::move(status.read));
}

Result<Child> spawn(const SpawnOptions& options, const std::function<Error()>& body) {
    return spawn(options, [&body](int) { return body(); });
}

namespace {

constexpr std::intptr_t hold_at_exit = PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL;

// A stop of a traced process, as waitpid(2) tells it.
struct Stop {
    int event;   // PTRACE_EVENT_*, or 0 for a signal on its way
    int signal;  // to pass on, or 0
};

// An Error of code ECHILD when the process has ended.
Result<Stop> wait_for_stop(pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, __WALL) < 0)
        if (errno != EINTR)
            return sys_error("wait for the payload");
    if (!WIFSTOPPED(status))
        return Error{ECHILD, "the container's first process ended before its program ran"};
    const int event = status >> 16;
    return Stop{event, event == 0 ? WSTOPSIG(status) : 0};
}

Result<void> trace(int request, pid_t pid, std::intptr_t data, const char* what) {
    if (::ptrace(static_cast<__ptrace_request>(request), pid, nullptr, data) < 0)
        return sys_error(what);
    return {};
}

}  // namespace

Result<ExitHold> ExitHold::install(pid_t pid) {
    Result<void> seized =
        trace(PTRACE_SEIZE, pid, hold_at_exit | PTRACE_O_TRACEEXEC, "hold the payload");
    if (seized)
        return ExitHold(pid);
    if (seized.error().is(EPERM))
        return ExitHold(0);
    return std::move(seized.error());
}

Result<void> ExitHold::wait_for_exec() {
    if (pid_ == 0)
        return {};
    for (;;) {
        const Stop stop = TRY(wait_for_stop(pid_));
        const bool executed = stop.event == PTRACE_EVENT_EXEC;
        // What it executes from here on is its own affair.
        if (executed)
            TRY(trace(PTRACE_SETOPTIONS, pid_, hold_at_exit, "hold the payload"));
        TRY(trace(PTRACE_CONT, pid_, stop.signal, "continue the payload"));
        if (executed)
            return {};
    }
}

Result<void> ExitHold::lift() {
    if (pid_ == 0)
        return {};
    // Any stop will do to detach from: the one asked for, a signal on its way, the exit itself.
    // The kernel says ESRCH of a process that is held at its exit already, and of a dead one.
    Result<void> done = trace(PTRACE_INTERRUPT, pid_, 0, "interrupt the payload");
    if (!done && !done.error().is(ESRCH))
        return done;
    Result<Stop> stop = wait_for_stop(pid_);
    if (!stop)
        return stop.error().is(ECHILD) ? Result<void>() : std::move(stop.error());
    done = trace(PTRACE_DETACH, pid_, stop->signal, "release the payload");
    return done || done.error().is(ESRCH) ? Result<void>() : done;
}

}  // namespace caisson
