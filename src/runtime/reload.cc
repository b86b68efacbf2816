// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/names.h"
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

}  // namespace

Result<int> reload(const std::string& name) {
    Result<std::vector<std::string>> command = prepare(name);
    if (!command)
        return std::move(command.error()).within(name + ": reload");
    if (command->empty())
        return 0;
    return exec({.name = name, .user = {}, .command = *command, .terminal = false});
}

}  // namespace caisson
