// SPDX-License-Identifier: LGPL-2.1-or-later
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cstdlib>
#include <optional>

#include "kernel/files.h"
#include "kernel/mounts.h"
#include "kernel/process.h"
#include "kernel/program.h"
#include "kernel/seccomp.h"
#include "runtime/companion.h"
#include "runtime/credentials.h"
#include "runtime/environment.h"
#include "runtime/filter.h"
#include "runtime/host_files.h"
#include "runtime/id_range.h"
#include "runtime/init.h"
#include "runtime/isolation.h"
#include "runtime/launch.h"
#include "runtime/placement.h"
#include "runtime/plan_file.h"
#include "runtime/process_stat.h"
#include "runtime/rootfs.h"
#include "runtime/sockets.h"
#include "runtime/verbs.h"
#include "store/health.h"
#include "store/state.h"
#include "systemd/notify.h"

namespace caisson {
namespace {

constexpr int barrier_timeout_milliseconds = 60 * 1000;

Result<void> make_runtime_directories() {
    for (const char* path : {"/run/caisson", "/run/caisson/state", running_plans, notify_directory,
                             health_directory}) {
        if (::mkdir(path, 0700) < 0 && errno != EEXIST)
            return sys_error("create directory", path);
    }
    return {};
}

// What the payload writes to: the companion's pipes, or the journal itself.
struct Output {
    std::optional<CompanionChannels> channels;
    UniqueFd error_stream;
    int out = -1;
    int error = -1;
};

Result<Output> prepare_output(const Plan& plan) {
    Output output;
    if (needs_companion(plan))
        output.channels = TRY(make_channels(plan));
    if (plan.placement == Placement::Scope) {
        output.out = output.channels->payload_out.get();
        output.error = output.channels->payload_error.get();
        return output;
    }
    // Standard output is the service's own stream, at info. Errors get one at err; without a
    // journal both stay as they are.
    constexpr int err = 3;
    if (Result<UniqueFd> stream = open_journal_stream(plan.name, err); stream) {
        output.error_stream = std::move(*stream);
        output.error = output.error_stream.get();
    }
    return output;
}

// systemd's own socket, where there is no companion. One with an abstract address, in the host's
// network namespace, cannot be bound.
Result<UniqueFd> hosts_notify_mount() {
    const char* path = std::getenv("NOTIFY_SOCKET");
    if (path == nullptr || *path != '/')
        return UniqueFd();
    const UniqueFd file = TRY(open_path(path, O_PATH));
    return clone_mount(file.get(), Submounts::Leave, {});
}

Result<void> bind_notify_socket(const Plan& plan, Output& output, PreparedRoot& root,
                                Variables& extra) {
    UniqueFd mount;
    if (output.channels)
        mount = std::move(output.channels->notify_mount);
    // Of the host's root systemd believes any main process.
    const bool is_hosts_root = plan.user_namespace.mode == UserNamespaceMode::Host;
    if (!output.channels && !is_hosts_root)
        mount = TRY(hosts_notify_mount());
    if (!mount)
        return {};
    root.add_own(container_notify_path, std::move(mount));
    extra.emplace_back("NOTIFY_SOCKET", container_notify_path);
    return {};
}

// Go-aheads for the child, a byte each. Nobody else holds the write end, so that our death is its
// EOF.
struct Orders {
    UniqueFd read;
    UniqueFd write;

    Result<void> give() const {
        if (::write(write.get(), "1", 1) != 1)
            return sys_error("start the payload");
        return {};
    }
};

Result<Orders> make_orders() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0)
        return sys_error("create a pipe");
    return Orders{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

Result<std::optional<IdMapping>> make_id_mapping(const Plan& plan) {
    const std::optional<IdRange> range = TRY(id_range_for(plan));
    if (!range)
        return std::optional<IdMapping>();
    UniqueFd user_namespace = TRY(new_user_namespace(*range));
    return std::optional<IdMapping>(IdMapping{*range, std::move(user_namespace)});
}

// Where the child has ended, its own error says more than that it is gone.
Error reason(Child& child, Error error) {
    if (!child.has_ended())
        return error;
    if (Result<void> ran = child.wait_for_exec(); !ran)
        return std::move(ran.error());
    return error;
}

// Ids and limits, which only the host's root can give.
Result<void> endow(const Plan& plan, const Child& child, const std::optional<IdMapping>& ids,
                   const Orders& orders) {
    TRY(set_limits(child.pid(), plan));
    if (!ids)
        return {};
    TRY(map_ids(child.pid(), ids->range));
    return orders.give();
}

// The process's cgroup, which is final when this returns. `cgroup` is where it was born, where that
// is not the runtime's.
Result<void> place(const Plan& plan, Child& child, const Output& output,
                   const std::optional<IdMapping>& ids, UniqueFd cgroup) {
    if (plan.placement == Placement::Scope)
        cgroup = TRY(place_in_scope(plan, child.pid(), child.pidfd()));
    if (plan.boot && ids)
        TRY(delegate_cgroup(cgroup.get(), ids->range));
    if (!output.channels)
        return {};
    return start_companion(plan, *output.channels, child.pidfd(), cgroup.get());
}

// A service that waits for more than the execve(2) hears READY=1 from the payload or from the
// companion; one that is a job ends instead.
std::string main_process_message(const Plan& plan, const Child& child) {
    std::string message = plan.ready == Ready::Exec ? "READY=1\n" : "";
    message += "MAINPID=" + std::to_string(child.pid());
    // The inode of a pidfd identifies the process for good (systemd 257, Linux 6.9).
    struct stat status {};
    if (::fstat(child.pidfd(), &status) == 0)
        message += "\nMAINPIDFDID=" + std::to_string(status.st_ino);
    return message;
}

// Up to its execve(2), the child's error ends the start; from there on it is systemd's process.
Result<void> hand_over(const Plan& plan, Child& child, State state, const Orders& orders,
                       const Output& output) {
    ExitHold hold = TRY(ExitHold::install(child.pid()));
    TRY(orders.give());
    TRY(hold.wait_for_exec());
    TRY(child.wait_for_exec());
    state.pid = child.pid();
    state.start_time = TRY(process_start_time(child.pid()));
    TRY(save(state));
    TRY(save_running_plan(plan));
    const bool heard = TRY(notify(main_process_message(plan, child)));
    if (output.channels)
        TRY(let_go(*output.channels));
    // systemd takes no zombie for a main process, so it has to know the payload before that can
    // end, however soon it does.
    if (heard)
        TRY(notify_barrier(barrier_timeout_milliseconds));
    TRY(hold.lift());
    child.release();
    return {};
}

Result<void> build_and_run(const Plan& plan, State state) {
    TRY(check_security_modules(plan));
    const PassedSockets sockets = TRY(take_sockets(plan));
    const Credentials credentials = TRY(open_credentials(plan));
    const Variables variables = TRY(load_variables(plan));
    const std::optional<SeccompFilter> filter = TRY(payload_filter(plan));
    const std::optional<IdMapping> ids = TRY(make_id_mapping(plan));
    Output output = TRY(prepare_output(plan));
    const UniqueFd init = TRY(open_init(plan));
    UniqueFd cgroup;
    if (plan.placement == Placement::Service)
        cgroup = TRY(make_payload_cgroup());

    Joined joined = TRY(join_namespaces(plan));
    PreparedRoot root = TRY(prepare_root(plan, ids));
    Variables extra;
    TRY(bind_notify_socket(plan, output, root, extra));
    TRY(add_time_zone(plan, root, variables, extra));
    TRY(add_boot_environment(plan, root, extra));
    add_credentials_variable(plan, extra);
    Orders orders = TRY(make_orders());
    const Launch child_launch{.plan = plan,
                              .root = root,
                              .variables = variables,
                              .extra_variables = extra,
                              .filter = filter,
                              .credentials = credentials,
                              .sockets = sockets,
                              .has_user_namespace = ids.has_value(),
                              .orders = orders.read.get(),
                              .orders_writer = orders.write.get(),
                              .init = init.get(),
                              .out = output.out,
                              .error = output.error};
    Child child =
        TRY(spawn({.namespaces = new_namespaces(plan), .as_sibling = true, .cgroup = cgroup.get()},
                  [&](int status) { return launch(child_launch, status); }));
    TRY(joined.leave());

    Result<void> done = endow(plan, child, ids, orders);
    if (done)
        done = place(plan, child, output, ids, std::move(cgroup));
    if (done)
        done = hand_over(plan, child, std::move(state), orders, output);
    return done ? Result<void>() : reason(child, std::move(done.error()));
}

}  // namespace

Result<void> start(const std::string& path, const SpecifierValues& specifiers) {
    const Plan plan = TRY(load_plan(path, specifiers));
    // With a user namespace the container's root may not write the host's files. Without one, a
    // payload of "/proc/self/exe" would get hold of this program (R1, R4).
    if (plan.user_namespace.mode == UserNamespaceMode::Host)
        TRY(detach_program());
    // The first process is in the container's PID namespace before it has given anything up.
    TRY(forbid_inspection());
    TRY(make_runtime_directories());
    State state{.name = plan.name, .plan = path, .specifiers = specifiers};
    if (Result<void> done = build_and_run(plan, std::move(state)); !done)
        return std::move(done.error()).within(plan.name);
    return {};
}

}  // namespace caisson
