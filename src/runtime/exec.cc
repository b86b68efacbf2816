// SPDX-License-Identifier: LGPL-2.1-or-later
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdlib>
#include <optional>

#include "base/log.h"
#include "kernel/capabilities.h"
#include "kernel/cgroup.h"
#include "kernel/files.h"
#include "kernel/process.h"
#include "kernel/seccomp.h"
#include "kernel/syscalls.h"
#include "runtime/environment.h"
#include "runtime/filter.h"
#include "runtime/launch.h"
#include "runtime/plan_file.h"
#include "runtime/process_stat.h"
#include "runtime/verbs.h"
#include "store/state.h"

namespace caisson {
namespace {

// As shells exit.
constexpr int exit_cannot_execute = 126;
constexpr int exit_not_found = 127;
constexpr int signal_exit_base = 128;

// A pidfd of the container's first process, proven to be the one that was started.
Result<UniqueFd> open_payload(const State& state) {
    UniqueFd pidfd(sys_pidfd_open(state.pid));
    if (!pidfd && errno == ESRCH)
        return plain_error("not running");
    if (!pidfd)
        return sys_error("open process", std::to_string(state.pid));
    const std::uint64_t start_time = TRY(process_start_time(state.pid));
    if (start_time != state.start_time)
        return plain_error("not running");
    return pidfd;
}

struct Entry {
    const Plan& plan;
    const ExecRequest& request;
    const Variables& variables;
    const std::optional<SeccompFilter>& filter;
    int payload = -1;  // pidfd
};

Result<void> enter(const Entry& entry) {
    // The cgroup namespace comes last on the host's side: from inside it the way into the
    // container's cgroup would be closed (cgroup_namespaces(7)).
    if (::setns(entry.payload,
                CLONE_NEWCGROUP | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWNS) < 0)
        return sys_error("enter the container's namespaces");
    // What the caller had open must not be a way out for the command (R8).
    TRY(close_inherited());
    // Beyond this point the host's file systems are out of reach.
    TRY(reset_signals());
    const UniqueFd root = TRY(open_path("/", O_PATH | O_DIRECTORY));
    const std::string& user = entry.request.user.empty() ? entry.plan.user : entry.request.user;
    const Identity identity = TRY(find_identity(root.get(), user, entry.plan.groups));
    ::umask(entry.plan.umask);
    if (entry.plan.no_new_privileges)
        TRY(forbid_new_privileges());
    TRY(become(identity, entry.plan.capabilities));
    TRY(enter_directory(entry.plan.working_directory));
    if (entry.filter)
        TRY(install_filter(*entry.filter));
    Variables terminal;
    if (const char* term = std::getenv("TERM"))
        terminal.emplace_back("TERM", term);
    return execute(entry.request.command, environment_for(identity, entry.variables, terminal));
}

// Waits for the command; signals that end a program are passed on to it.
Result<int> supervise(const Child& child, int signals) {
    pollfd events[] = {{.fd = child.pidfd(), .events = POLLIN, .revents = 0},
                       {.fd = signals, .events = POLLIN, .revents = 0}};
    for (;;) {
        if (::poll(events, 2, -1) < 0 && errno != EINTR)
            return sys_error("wait for the command");
        if ((events[1].revents & POLLIN) != 0) {
            signalfd_siginfo info{};
            // A key of the terminal reaches the command by itself (termios(3), ISIG).
            if (::read(signals, &info, sizeof info) == sizeof info && info.ssi_code != SI_KERNEL)
                (void)sys_pidfd_send_signal(child.pidfd(), static_cast<int>(info.ssi_signo));
        }
        if ((events[0].revents & POLLIN) == 0)
            continue;
        siginfo_t info{};
        if (::waitid(P_PIDFD, static_cast<id_t>(child.pidfd()), &info, WEXITED) < 0)
            return sys_error("wait for the command");
        return info.si_code == CLD_EXITED ? info.si_status : signal_exit_base + info.si_status;
    }
}

Result<UniqueFd> block_signals() {
    sigset_t set;
    ::sigemptyset(&set);
    for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2})
        ::sigaddset(&set, signal);
    if (::sigprocmask(SIG_BLOCK, &set, nullptr) < 0)
        return sys_error("block signals");
    UniqueFd fd(::signalfd(-1, &set, SFD_CLOEXEC));
    if (!fd)
        return sys_error("watch signals");
    return fd;
}

Result<int> run(const ExecRequest& request) {
    const std::optional<State> state = TRY(load_state(request.name));
    if (!state)
        return plain_error("not running");
    const UniqueFd payload = TRY(open_payload(*state));
    const Plan plan = TRY(load_running_plan(request.name));
    const Variables variables = TRY(load_variables(plan));
    const std::optional<SeccompFilter> filter = TRY(running_filter(plan));
    const std::string cgroup_path = TRY(cgroup_of(state->pid));
    const UniqueFd cgroup = TRY(open_cgroup(cgroup_path));
    // The process must not be open to the container's before it has crossed (R2).
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return sys_error("forbid inspection");
    const UniqueFd signals = TRY(block_signals());
    // Takes effect for children only.
    if (::setns(payload.get(), CLONE_NEWPID) < 0)
        return sys_error("enter the container's PID namespace");
    const Entry entry{.plan = plan,
                      .request = request,
                      .variables = variables,
                      .filter = filter,
                      .payload = payload.get()};
    Child child = TRY(spawn({.cgroup = cgroup.get()}, [&]() -> Error {
        Result<void> entered = enter(entry);
        return std::move(entered.error());
    }));
    if (Result<void> executed = child.wait_for_exec(); !executed) {
        log_error(request.name + ": " + executed.error().message);
        return executed.error().is(ENOENT) ? exit_not_found : exit_cannot_execute;
    }
    return supervise(child, signals.get());
}

}  // namespace

Result<int> exec(const ExecRequest& request) {
    Result<int> status = run(request);
    if (!status)
        return std::move(status.error()).within(request.name);
    return status;
}

}  // namespace caisson
