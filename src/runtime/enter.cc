// SPDX-License-Identifier: LGPL-2.1-or-later
#include "runtime/enter.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "kernel/capabilities.h"
#include "kernel/files.h"
#include "kernel/program.h"
#include "kernel/user_namespace.h"
#include "runtime/credentials.h"
#include "runtime/filter.h"
#include "runtime/isolation.h"
#include "runtime/launch.h"
#include "runtime/plan_file.h"
#include "store/state.h"

namespace caisson {
namespace {

constexpr int exit_cannot_execute = 126;
constexpr int exit_not_found = 127;

Result<void> begin_session() {
    // The caller's controlling terminal is out of reach as /dev/tty, too, then (R22).
    if (::setsid() < 0)
        return sys_error("create a session");
    TRY(join_new_session_keyring());
    return reset_signals();
}

Result<void> run(const Visit& visit) {
    const Plan& plan = visit.inside.plan;
    const std::optional<SeccompFilter>& filter = visit.inside.filter;
    TRY(begin_session());
    // Beyond this point the host's file systems are out of reach.
    const UniqueFd root = TRY(open_path("/", O_PATH | O_DIRECTORY));
    const std::string& user = visit.user.empty() ? plan.user : visit.user;
    const Identity identity = TRY(find_identity(root.get(), user, plan.groups));
    if (visit.prepare)
        TRY(visit.prepare(root.get(), identity.uid));
    ::umask(plan.umask);
    TRY(set_exec_labels(root.get(), plan));
    if (plan.no_new_privileges)
        TRY(forbid_new_privileges());
    // Without no_new_privileges a filter takes CAP_SYS_ADMIN, which is lost below (seccomp(2)).
    if (filter && !plan.no_new_privileges)
        TRY(install_filter(*filter));
    TRY(become(identity, plan.capabilities, plan.ambient));
    TRY(forbid_inspection());
    if (::prctl(PR_SET_PDEATHSIG, visit.death_signal, 0, 0, 0) < 0)
        return sys_error("watch the caller");
    if (visit.parent != 0 && ::getppid() != visit.parent)
        return plain_error("the caller has gone");
    TRY(enter_directory(plan.working_directory));
    if (filter && plan.no_new_privileges)
        TRY(install_filter(*filter));
    Variables extra;
    if (const char* term = std::getenv("TERM"))
        extra.emplace_back("TERM", term);
    add_credentials_variable(plan, extra);
    return execute(visit.command, environment_for(identity, visit.inside.variables, extra));
}

}  // namespace

Result<Inside> load_inside(const std::string& name) {
    Inside inside;
    inside.plan = TRY(load_running_plan(name));
    inside.variables = TRY(load_variables(inside.plan));
    inside.filter = TRY(running_filter(inside.plan));
    return inside;
}

Result<Payload> find_payload(const std::string& name) {
    const std::optional<State> state = TRY(load_state(name));
    if (!state)
        return plain_error("not running");
    Payload payload = TRY(open_payload(*state));
    // With a user namespace the container's root may not write the host's files. Without one, and
    // with CAP_SYS_PTRACE or a command of "/proc/self/exe", it would get hold of this program, and
    // write it when it runs no more (R1, R4).
    if ((payload.namespaces & CLONE_NEWUSER) == 0)
        TRY(detach_program());
    TRY(forbid_inspection());
    return payload;
}

Result<void> enter_pid_namespace(const Payload& payload) {
    if ((payload.namespaces & CLONE_NEWPID) != 0 && ::setns(payload.pidfd.get(), CLONE_NEWPID) < 0)
        return sys_error("enter the container's PID namespace");
    return {};
}

// What runs here is in the container's PID namespace and cgroup, with the host's privileges, and
// may not be looked into until execve(2): PR_SET_DUMPABLE is not the container's to undo, since the
// memory belongs to the host's user namespace, and a capability in its own is none there.
Result<void> cross(const Payload& payload) {
    // Only the host's root may raise hard limits.
    TRY(apply_limits(payload.limits));
    // All at once, so that nothing is done half inside. From inside the cgroup namespace the way
    // into the container's cgroup would be closed: this process was born there.
    if (::setns(payload.pidfd.get(), payload.namespaces & ~CLONE_NEWPID) < 0)
        return sys_error("enter the container's namespaces");
    TRY(forbid_inspection());
    // What the caller had open must not be a way out for the command (R8).
    TRY(close_inherited());
    if ((payload.namespaces & CLONE_NEWUSER) != 0) {
        TRY(become_root_of_namespace());
        TRY(forbid_inspection());
    }
    return {};
}

Error become_command(const Visit& visit) {
    Result<void> ran = run(visit);
    return std::move(ran.error());
}

int exit_status_of(const Error& error) {
    return error.is(ENOENT) ? exit_not_found : exit_cannot_execute;
}

}  // namespace caisson
