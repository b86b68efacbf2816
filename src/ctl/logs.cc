// SPDX-License-Identifier: LGPL-2.1-or-later
// journalctl, which people know, with the container's unit.
#include "ctl/names.h"

namespace caisson {

std::vector<std::string> logs_command(const LogsOptions& options, const Output& output,
                                      const Inventory& inventory, const Places& places,
                                      Outcome& outcome) {
    const std::vector<Target> targets =
        find_targets({options.name}, Need::Units, inventory, places, outcome);
    if (targets.empty())
        return {};
    // journalctl matches patterns against the units that it has entries of.
    std::string unit = targets.front().service;
    if (targets.front().name.ends_with('@'))
        unit.insert(unit.rfind(".service"), "*");
    std::vector<std::string> command = {"journalctl", "--unit=" + unit};
    if (options.follow)
        command.push_back("--follow");
    if (options.lines)
        command.push_back("--lines=" + std::to_string(*options.lines));
    if (output.format == Format::Machine)
        command.push_back("--output=json");
    if (!output.pager)
        command.push_back("--no-pager");
    return command;
}

}  // namespace caisson
