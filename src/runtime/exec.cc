// SPDX-License-Identifier: LGPL-2.1-or-later
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <optional>

#include "base/log.h"
#include "kernel/process.h"
#include "kernel/terminal.h"
#include "runtime/enter.h"
#include "runtime/supervise.h"
#include "runtime/verbs.h"

namespace caisson {
namespace {

// The command gets a terminal of the container's where the caller talks to it through one: with
// input or output elsewhere, other programs use the caller's at the same time.
std::optional<TerminalShape> wanted_terminal() {
    if (::isatty(STDOUT_FILENO) != 1)
        return std::nullopt;
    return shape_of(STDIN_FILENO);
}

Result<void> open_terminal(const TerminalShape& shape, int socket, int root, uid_t owner) {
    Result<Pty> pty = open_pty(root, shape, owner);
    if (!pty)
        return std::move(pty.error()).within("terminal of the container");
    TRY(take_terminal(pty->slave.get()));
    return send_pty(socket, *pty);
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

Result<int> run(const ExecRequest& request) {
    const Payload payload = TRY(find_payload(request.name));
    const Inside inside = TRY(load_inside(request.name));
    const std::optional<TerminalShape> terminal =
        request.terminal ? wanted_terminal() : std::nullopt;
    Sockets sockets = TRY(make_sockets());
    const UniqueFd signals = TRY(watch_signals());
    TRY(enter_pid_namespace(payload));
    // Who kills the caller hangs up, with a terminal or without.
    Visit visit{
        .inside = inside, .user = request.user, .command = request.command, .death_signal = SIGHUP};
    if (terminal)
        visit.prepare = [&](int root, uid_t owner) {
            return open_terminal(*terminal, sockets.child.get(), root, owner);
        };
    Child child = TRY(spawn({.cgroup = payload.cgroup.get()}, [&]() -> Error {
        if (Result<void> crossed = cross(payload); !crossed)
            return std::move(crossed.error());
        return become_command(visit);
    }));
    sockets.child.reset();
    std::optional<Pty> pty = TRY(receive_pty(sockets.own.get()));
    if (Result<void> executed = child.wait_for_exec(); !executed) {
        log_error(request.name + ": " + executed.error().message);
        return exit_status_of(executed.error());
    }
    return supervise(child, signals.get(), pty ? std::move(*pty) : Pty{});
}

}  // namespace

Result<int> exec(const ExecRequest& request) {
    Result<int> status = run(request);
    if (!status)
        return std::move(status.error()).within(request.name);
    return status;
}

}  // namespace caisson
