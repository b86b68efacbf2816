// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ctl/names.h"

namespace caisson {
namespace {

std::optional<Target> find_orphan(std::string_view name, const Places& places) {
    if (name.ends_with(".service"))
        name.remove_suffix(std::string_view(".service").size());
    const Result<std::optional<State>> state = load_state(name, places.states);
    if (!state || !*state)
        return std::nullopt;
    return Target{std::string(name), std::string(name) + ".service", nullptr};
}

void complain_of_refusal(const Target& target, Outcome& outcome) {
    outcome.complain(target.name + ": the definition is refused and has no unit; " +
                         target.service + " is none of Caisson's",
                     Failure);
    for (const Diagnostic& diagnostic : target.compiled->diagnostics)
        outcome.complain(format(diagnostic), Failure);
}

}  // namespace

std::vector<Target> find_targets(const std::vector<std::string>& names, Need need,
                                 const Inventory& inventory, const Places& places,
                                 Outcome& outcome) {
    std::vector<Target> targets;
    for (const std::string& name : names) {
        std::optional<Target> target = find_container(inventory, name);
        if (!target)
            target = find_orphan(name, places);
        if (!target)
            outcome.complain(unknown_container(inventory, name), NotFound);
        else if (need != Need::Definition && is_refused(*target))
            complain_of_refusal(*target, outcome);
        else if (need == Need::Unit && target->name.ends_with('@'))
            outcome.complain(target->name + " is a template: name an instance of it, such as " +
                                 target->name + "one",
                             NotFound);
        else
            targets.push_back(std::move(*target));
    }
    return targets;
}

}  // namespace caisson
