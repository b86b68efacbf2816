// SPDX-License-Identifier: LGPL-2.1-or-later
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cstdlib>
#include <optional>

#include "base/log.h"
#include "kernel/capabilities.h"
#include "kernel/files.h"
#include "kernel/process.h"
#include "kernel/program.h"
#include "kernel/seccomp.h"
#include "kernel/terminal.h"
#include "kernel/user_namespace.h"
#include "runtime/credentials.h"
#include "runtime/environment.h"
#include "runtime/filter.h"
#include "runtime/isolation.h"
#include "runtime/launch.h"
#include "runtime/payload.h"
#include "runtime/plan_file.h"
#include "runtime/supervise.h"
#include "runtime/verbs.h"
#include "store/state.h"

namespace caisson {
namespace {

// As shells exit.
constexpr int exit_cannot_execute = 126;
constexpr int exit_not_found = 127;

struct Entry {
    const Plan& plan;
    const ExecRequest& request;
    const Payload& payload;
    const Variables& variables;
    const std::optional<SeccompFilter>& filter;
    const std::optional<TerminalShape>& terminal;  // of the caller, where the command gets one
    int socket = -1;                               // to send the command's terminal to
};

// What runs here is in the container's PID namespace and cgroup, with the host's privileges, and
// may not be looked into until execve(2): PR_SET_DUMPABLE is not the container's to undo, since the
// memory belongs to the host's user namespace, and a capability in its own is none there.
Result<void> cross(const Entry& entry) {
    // Only the host's root may raise hard limits.
    TRY(apply_limits(entry.payload.limits));
    // All at once, so that nothing is done half inside. From inside the cgroup namespace the way
    // into the container's cgroup would be closed: this process was born there.
    if (::setns(entry.payload.pidfd.get(), entry.payload.namespaces & ~CLONE_NEWPID) < 0)
        return sys_error("enter the container's namespaces");
    TRY(forbid_inspection());
    // What the caller had open must not be a way out for the command (R8).
    TRY(close_inherited());
    if ((entry.payload.namespaces & CLONE_NEWUSER) != 0) {
        TRY(become_root_of_namespace());
        TRY(forbid_inspection());
    }
    // The caller's controlling terminal is out of reach as /dev/tty, too, then (R22).
    if (::setsid() < 0)
        return sys_error("create a session");
    TRY(join_new_session_keyring());
    return reset_signals();
}

Result<void> open_terminal(const Entry& entry, int root, uid_t owner) {
    Result<Pty> pty = open_pty(root, *entry.terminal, owner);
    if (!pty)
        return std::move(pty.error()).within("terminal of the container");
    TRY(take_terminal(pty->slave.get()));
    return send_pty(entry.socket, *pty);
}

Result<void> enter(const Entry& entry) {
    const Plan& plan = entry.plan;
    TRY(cross(entry));
    // Beyond this point the host's file systems are out of reach.
    const UniqueFd root = TRY(open_path("/", O_PATH | O_DIRECTORY));
    const std::string& user = entry.request.user.empty() ? plan.user : entry.request.user;
    const Identity identity = TRY(find_identity(root.get(), user, plan.groups));
    if (entry.terminal)
        TRY(open_terminal(entry, root.get(), identity.uid));
    ::umask(plan.umask);
    TRY(set_exec_labels(root.get(), plan));
    if (plan.no_new_privileges)
        TRY(forbid_new_privileges());
    // Without no_new_privileges a filter takes CAP_SYS_ADMIN, which is lost below (seccomp(2)).
    if (entry.filter && !plan.no_new_privileges)
        TRY(install_filter(*entry.filter));
    TRY(become(identity, plan.capabilities, plan.ambient));
    TRY(forbid_inspection());
    // Who kills the caller hangs up, with a terminal or without.
    if (::prctl(PR_SET_PDEATHSIG, SIGHUP, 0, 0, 0) < 0)
        return sys_error("watch the caller");
    TRY(enter_directory(plan.working_directory));
    if (entry.filter && plan.no_new_privileges)
        TRY(install_filter(*entry.filter));
    Variables extra;
    if (const char* term = std::getenv("TERM"))
        extra.emplace_back("TERM", term);
    add_credentials_variable(plan, extra);
    return execute(entry.request.command, environment_for(identity, entry.variables, extra));
}

// The command gets a terminal of the container's where the caller talks to it through one: with
// input or output elsewhere, other programs use the caller's at the same time.
std::optional<TerminalShape> wanted_terminal() {
    if (::isatty(STDOUT_FILENO) != 1)
        return std::nullopt;
    return shape_of(STDIN_FILENO);
}

struct Sockets {
    UniqueFd own;
    UniqueFd child;
};

Result<Sockets> make_sockets() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return sys_error("create a pair of sockets");
    return Sockets{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// Everything of the container and of the host that takes part.
Result<int> run_in(const Payload& payload, const ExecRequest& request) {
    const Plan plan = TRY(load_running_plan(request.name));
    const Variables variables = TRY(load_variables(plan));
    const std::optional<SeccompFilter> filter = TRY(running_filter(plan));
    const std::optional<TerminalShape> terminal =
        request.terminal ? wanted_terminal() : std::nullopt;
    Sockets sockets = TRY(make_sockets());
    TRY(forbid_inspection());
    const UniqueFd signals = TRY(watch_signals());
    // Takes effect for children only.
    if ((payload.namespaces & CLONE_NEWPID) != 0 && ::setns(payload.pidfd.get(), CLONE_NEWPID) < 0)
        return sys_error("enter the container's PID namespace");
    const Entry entry{.plan = plan,
                      .request = request,
                      .payload = payload,
                      .variables = variables,
                      .filter = filter,
                      .terminal = terminal,
                      .socket = sockets.child.get()};
    Child child = TRY(spawn({.cgroup = payload.cgroup.get()}, [&]() -> Error {
        Result<void> entered = enter(entry);
        return std::move(entered.error());
    }));
    sockets.child.reset();
    std::optional<Pty> pty = TRY(receive_pty(sockets.own.get()));
    if (Result<void> executed = child.wait_for_exec(); !executed) {
        log_error(request.name + ": " + executed.error().message);
        return executed.error().is(ENOENT) ? exit_not_found : exit_cannot_execute;
    }
    return supervise(child, signals.get(), pty ? std::move(*pty) : Pty{});
}

Result<int> run(const ExecRequest& request) {
    const std::optional<State> state = TRY(load_state(request.name));
    if (!state)
        return plain_error("not running");
    const Payload payload = TRY(open_payload(*state));
    // With a user namespace the container's root may not write the host's files. Without one, and
    // with CAP_SYS_PTRACE or a command of "/proc/self/exe", it would get hold of this program, and
    // write it when it runs no more (R1, R4).
    if ((payload.namespaces & CLONE_NEWUSER) == 0)
        TRY(detach_program());
    return run_in(payload, request);
}

}  // namespace

Result<int> exec(const ExecRequest& request) {
    Result<int> status = run(request);
    if (!status)
        return std::move(status.error()).within(request.name);
    return status;
}

}  // namespace caisson
