// SPDX-License-Identifier: LGPL-2.1-or-later
#include <fcntl.h>

#include "core/names.h"
#include "kernel/files.h"
#include "kernel/process.h"
#include "kernel/syscalls.h"
#include "runtime/payload.h"
#include "runtime/plan_file.h"
#include "runtime/process_stat.h"
#include "runtime/verbs.h"
#include "store/state.h"

namespace caisson {
namespace {

// What the first process of a PID namespace has no handler for never reaches it, and nobody is told
// (pid_namespaces(7)); any other process would end.
Result<void> send_signal(const State& state, const std::string& name) {
    const std::optional<Signal> signal = parse_signal(name);
    if (!signal)
        return plain_error("not the name of a signal: " + name);
    const Payload payload = TRY(open_payload(state));
    const bool is_awaited = TRY(awaits_signal(state.pid, signal->number));
    if (!is_awaited)
        return plain_error(name + " was not sent: the payload neither catches nor blocks it");
    if (sys_pidfd_send_signal(payload.pidfd.get(), signal->number) < 0)
        return sys_error("send", name);
    return {};
}

// The command, after having done all that takes none.
Result<std::vector<std::string>> prepare(const std::string& name) {
    const std::optional<State> state = TRY(load_state(name));
    if (!state)
        return plain_error("not running");
    const Plan plan = TRY(load_running_plan(name));
    if (!plan.reload.signal.empty())
        TRY(send_signal(*state, plan.reload.signal));
    else if (plan.reload.command.empty())
        return plain_error("it was started without a way to reload; restart it");
    return plan.reload.command;
}

// What is written from a scope would be in the journal as the scope's. So a process of the service's
// copies it, as long as anybody writes.
[[noreturn]] void copy_output(int from) {
    char buffer[4096];
    for (;;) {
        const ssize_t got = ::read(from, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 ||
            !write_all(STDOUT_FILENO, {buffer, static_cast<std::size_t>(got)}, "stdout"))
            ::_exit(0);
    }
}

Result<void> divert_output() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0)
        return sys_error("create a pipe");
    const UniqueFd read(ends[0]);
    UniqueFd write(ends[1]);
    Child copier = TRY(spawn({}, [&]() -> Error {
        write.reset();
        copy_output(read.get());
    }));
    copier.release();
    if (::dup2(write.get(), STDOUT_FILENO) < 0 || ::dup2(write.get(), STDERR_FILENO) < 0)
        return sys_error("divert the output");
    return {};
}

}  // namespace

Result<int> reload(const std::string& name) {
    Result<std::vector<std::string>> command = prepare(name);
    if (!command)
        return std::move(command.error()).within(name + ": reload");
    if (command->empty())
        return 0;
    if (Result<void> done = divert_output(); !done)
        return std::move(done.error()).within(name + ": reload");
    return exec({.name = name, .user = {}, .command = *command, .terminal = false});
}

}  // namespace caisson
