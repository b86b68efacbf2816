// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/names.h"
#include "ctl/names.h"
#include "ctl/observation_json.h"
#include "ctl/refusal.h"

namespace caisson {
namespace {

// The processes of a container in a scope are the scope's, all but the first one to systemd too.
std::string unit_of(const Observation& seen, KillWhom whom) {
    const Plan* plan = seen.plan();
    const bool scope = plan != nullptr && plan->placement == Placement::Scope;
    return whom == KillWhom::All && scope ? scope_name(seen.target.name) : seen.target.service;
}

}  // namespace

Result<Outcome> kill(const KillOptions& options, const Output& output, const Inventory& inventory,
                     Manager& manager, const Places& places) {
    const std::optional<Signal> signal = parse_signal(options.signal);
    if (!signal) {
        Outcome outcome;
        outcome.complain("kill: no signal is called \"" + options.signal + "\"", Misuse);
        return outcome;
    }
    Outcome outcome;
    const std::vector<Target> targets =
        find_targets(options.names, Need::Unit, inventory, places, outcome);
    const std::vector<Details> all = TRY(observe(targets, inventory, manager, places));
    Json array = Json::array();
    for (const Details& one : all) {
        const Target& target = one.seen.target;
        std::optional<BusError> refused;
        if (!one.seen.is_running())
            refused = BusError{"org.freedesktop.systemd1.NoSuchProcess", {}};
        else
            refused = TRY(
                manager.kill_unit(unit_of(one.seen, options.whom), options.whom, signal->number));
        const std::string error = refused ? explain(*refused, target) : "";
        if (refused)
            outcome.complain(target.name + ": kill: " + error, Failure);
        array.push_back({{"name", target.name},
                         {"service", target.service},
                         {"error", refused ? Json(error) : Json()}});
    }
    if (output.format == Format::Machine)
        outcome.output = dump(array);
    return outcome;
}

}  // namespace caisson
