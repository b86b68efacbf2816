// SPDX-License-Identifier: LGPL-2.1-or-later
#include "runtime/init.h"

#include <fcntl.h>
#include <signal.h>

#include "config.h"
#include "kernel/files.h"
#include "kernel/mounts.h"
#include "kernel/program.h"

namespace caisson {
namespace {

constexpr const char* program = CAISSON_LIBEXECDIR "/caisson-init";

}  // namespace

Result<UniqueFd> open_init(const Plan& plan) {
    if (!plan.init)
        return UniqueFd();
    const UniqueFd file = TRY(open_path(program, O_PATH));
    // /proc/1/exe is a way to the file for the container's root, who is the host's where there is
    // no user namespace: through this mount it cannot be written (R1).
    return clone_mount(file.get(), Submounts::Leave, {.read_only = true});
}

Error execute_init(int init, int report, const std::vector<std::string>& command,
                   const std::vector<std::string>& environment) {
    // A stop right now must not be lost: the signal waits until init is ready to pass it on.
    sigset_t all;
    ::sigfillset(&all);
    if (::sigprocmask(SIG_SETMASK, &all, nullptr) < 0)
        return sys_error("block signals");
    if (::fcntl(report, F_SETFD, 0) < 0)
        return sys_error("pass a descriptor to init");
    std::vector<std::string> arguments = {"caisson-init", "report=" + std::to_string(report), "--"};
    arguments.insert(arguments.end(), command.begin(), command.end());
    return execute_descriptor(init, arguments, environment).within(program);
}

}  // namespace caisson
