// SPDX-License-Identifier: LGPL-2.1-or-later
// Entering a container is the runtime's work; here only what a person should hear before it.
#include "config.h"
#include "ctl/names.h"

namespace caisson {

Result<std::vector<std::string>> exec_command(const ExecOptions& options,
                                              const Inventory& inventory, Manager& manager,
                                              const Places& places, Outcome& outcome) {
    std::vector<std::string> command;
    const std::vector<Target> targets =
        find_targets({options.name}, Need::Unit, inventory, places, outcome);
    if (targets.empty())
        return command;
    const std::vector<Details> all = TRY(observe(targets, inventory, manager, places));
    const Observation& seen = all.front().seen;
    if (!seen.is_running() || seen.main_pid == 0) {
        outcome.complain(seen.target.name + " does not run (it is " + seen.active_state +
                             "); start it with 'caissonctl start " + seen.target.name + "'",
                         NotActive);
        return command;
    }
    command = {CAISSON_RUNTIME, "exec"};
    if (!options.user.empty())
        command.insert(command.end(), {"--user", options.user});
    command.insert(command.end(), {seen.target.name, "--"});
    command.insert(command.end(), options.command.begin(), options.command.end());
    return command;
}

}  // namespace caisson
