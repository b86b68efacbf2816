// SPDX-License-Identifier: LGPL-2.1-or-later
// Runs the command of a health check. Between this process and the command is a guard, inside the
// container: when the command ends, or this process does, by whatever signal, it kills what is left
// of the command's session.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "kernel/files.h"
#include "kernel/process.h"
#include "kernel/syscalls.h"
#include "runtime/enter.h"
#include "runtime/verbs.h"

namespace caisson {
namespace {

constexpr int signal_exit_base = 128;
constexpr std::size_t longest_list = 4 * 1024 * 1024;

// Its end at the guard hangs up with this process.
struct Lifeline {
    UniqueFd guard;
    UniqueFd own;
};

Result<Lifeline> make_lifeline() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0)
        return sys_error("create a pipe");
    return Lifeline{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// The companion kills this process. Its own death is ours, too: before the call it is seen in the
// pipe, which nobody reads any more.
Result<void> die_with_companion(int report) {
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
        return sys_error("watch the companion");
    pollfd pipe{.fd = report, .events = 0, .revents = 0};
    if (::poll(&pipe, 1, 0) > 0)
        return plain_error("the companion has gone");
    return {};
}

// The processes of the cgroup, by their numbers in the caller's PID namespace; 0 for those outside.
Result<std::string> read_processes(int list) {
    if (::lseek(list, 0, SEEK_SET) < 0)
        return sys_error("rewind", "cgroup.procs");
    return read_file(list, longest_list, "cgroup.procs");
}

Result<bool> kill_in_session(int list, pid_t session) {
    const std::string processes = TRY(read_processes(list));
    bool killed = false;
    for (const std::string_view line : split(processes, '\n')) {
        const pid_t pid = parse_integer<pid_t>(line).value_or(0);
        if (pid == 0 || pid == ::getpid() || ::getsid(pid) != session)
            continue;
        // Held by a descriptor, it is looked at again: its number may be another's by now.
        const UniqueFd process(sys_pidfd_open(pid));
        if (process && ::getsid(pid) == session)
            killed = sys_pidfd_send_signal(process.get(), SIGKILL) == 0 || killed;
    }
    return killed;
}

// Until none is left: while it reads the list another one may be born.
void kill_session(int list, pid_t session) {
    constexpr int most_rounds = 2000;
    const timespec millisecond{.tv_sec = 0, .tv_nsec = 1'000'000};
    for (int round = 0; round < most_rounds; ++round) {
        const Result<bool> killed = kill_in_session(list, session);
        if (!killed || !*killed)
            return;
        (void)::nanosleep(&millisecond, nullptr);
    }
}

struct Guard {
    const Payload& payload;
    const Inside& inside;
    int processes;  // cgroup.procs of the payload's
    int lifeline;
    int report;  // how the command ended, in two bytes; -1: nobody asks
};

void tell(int report, char how, int status) {
    const char bytes[2] = {how, static_cast<char>(status)};
    if (report >= 0)
        (void)!::write(report, bytes, sizeof bytes);
}

// Takes the command, which has ended or is made to. Returns the exit status of the probe.
int finish(const Guard& guard, Child& command, bool has_ended) {
    if (!has_ended)
        (void)sys_pidfd_send_signal(command.pidfd(), SIGKILL);
    // While it is a zombie, its number is no other's.
    siginfo_t info{};
    while (::waitid(P_PIDFD, static_cast<id_t>(command.pidfd()), &info, WEXITED | WNOWAIT) < 0 &&
           errno == EINTR)
        continue;
    kill_session(guard.processes, command.pid());
    if (!has_ended)
        return signal_exit_base + SIGKILL;
    if (Result<void> executed = command.wait_for_exec(); !executed) {
        (void)write_all(STDERR_FILENO, executed.error().message + "\n", "stderr");
        tell(guard.report, 'e', exit_status_of(executed.error()));
        return exit_status_of(executed.error());
    }
    const bool exited = info.si_code == CLD_EXITED;
    tell(guard.report, exited ? 'e' : 's', info.si_status);
    return exited ? info.si_status : signal_exit_base + info.si_status;
}

// Inside, with the privileges of the container's root and closed to its processes. Returns only on
// failure.
Result<void> stand_guard(const Guard& guard) {
    // Those that a stop sends are not for it: it ends with what it guards.
    sigset_t all;
    ::sigfillset(&all);
    if (::sigprocmask(SIG_SETMASK, &all, nullptr) < 0)
        return sys_error("block signals");
    TRY(cross(guard.payload));
    const std::string user;
    const Visit visit{.inside = guard.inside,
                      .user = user,
                      .command = guard.inside.plan.health.command,
                      .death_signal = SIGKILL,
                      .parent = ::getpid()};
    Child command = TRY(spawn({}, [&] { return become_command(visit); }));
    pollfd events[] = {{.fd = command.pidfd(), .events = POLLIN, .revents = 0},
                       {.fd = guard.lifeline, .events = 0, .revents = 0}};
    while (::poll(events, 2, -1) < 0)
        if (errno != EINTR)
            return sys_error("wait for the command");
    const int status = finish(guard, command, events[0].revents != 0);
    command.release();
    ::_exit(status);
}

Result<int> run(const ProbeRequest& request) {
    if (request.report >= 0)
        TRY(die_with_companion(request.report));
    const Payload payload = TRY(find_payload(request.name));
    const Inside inside = TRY(load_inside(request.name));
    if (inside.plan.health.command.empty())
        return plain_error("has no health check");
    const UniqueFd processes(::openat(payload.cgroup.get(), "cgroup.procs", O_RDONLY | O_CLOEXEC));
    if (!processes)
        return sys_error("open", "cgroup.procs");
    Lifeline lifeline = TRY(make_lifeline());
    TRY(enter_pid_namespace(payload));
    const Guard guard{.payload = payload,
                      .inside = inside,
                      .processes = processes.get(),
                      .lifeline = lifeline.guard.get(),
                      .report = request.report};
    Child child = TRY(spawn({.cgroup = payload.cgroup.get()}, [&]() -> Error {
        (void)::close(lifeline.own.release());
        Result<void> guarded = stand_guard(guard);
        return std::move(guarded.error());
    }));
    TRY(child.wait_for_exec());
    siginfo_t info{};
    while (::waitid(P_PIDFD, static_cast<id_t>(child.pidfd()), &info, WEXITED) < 0)
        if (errno != EINTR)
            return sys_error("wait for the probe");
    child.release();
    return info.si_code == CLD_EXITED ? info.si_status : signal_exit_base + info.si_status;
}

}  // namespace

Result<int> probe(const ProbeRequest& request) {
    Result<int> status = run(request);
    if (!status)
        return std::move(status.error()).within(request.name);
    return status;
}

}  // namespace caisson
