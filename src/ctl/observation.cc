// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ctl/observation.h"

#include <algorithm>

#include "ctl/change.h"
#include "ctl/specifiers.h"

namespace caisson {
namespace {

using UnitsByName = std::map<std::string, UnitStatus, std::less<>>;

FilesByPath files_by_path(const Inventory& inventory) {
    FilesByPath files;
    for (const OutputFile& file : inventory.output.files)
        files.emplace(file.path, &file);
    return files;
}

void expand_plan(Observation& seen) {
    const Plan* plan = seen.plan();
    if (plan == nullptr || !plan->has_specifiers || seen.target.name.ends_with('@'))
        return;
    Plan expanded = *plan;
    if (expand_specifiers(expanded,
                          seen.state ? seen.state->specifiers : specifiers_of(seen.target)))
        seen.expanded = std::move(expanded);
}

void add_state(Observation& seen, const Places& places) {
    if (!seen.is_running())
        return;
    if (Result<std::optional<State>> state = load_state(seen.target.name, places.states))
        seen.state = std::move(*state);
}

void add_health(Observation& seen, const Places& places) {
    if (!seen.is_running())
        return;
    // Only root may look.
    if (Result<std::optional<HealthRecord>> record = load_health(seen.target.name, places.health))
        seen.health = std::move(*record);
}

void add_usage(Observation& seen, const Places& places) {
    const Plan* plan = seen.plan();
    if (!seen.is_running() || plan == nullptr || places.cgroup_root < 0)
        return;
    const bool scope = plan->placement == Placement::Scope;
    const std::string unit = scope ? scope_name(seen.target.name) : seen.target.service;
    seen.usage = read_usage(places.cgroup_root, control_group(plan->slice, unit));
}

Observation first_look(const Target& target, const UnitsByName& units) {
    Observation seen{.target = target};
    if (is_refused(target))
        return seen;
    if (const auto unit = units.find(target.service); unit != units.end()) {
        seen.load_state = unit->second.load_state;
        seen.active_state = unit->second.active_state;
        seen.sub_state = unit->second.sub_state;
    }
    return seen;
}

void add_properties(Observation& seen, const Properties& properties) {
    seen.since = number_property(properties, since_property(seen.active_state));
    seen.restarts = number_property(properties, "NRestarts");
    seen.main_pid = number_property(properties, "MainPID");
}

void complete(Observation& seen, const FilesByPath& files, const Places& places) {
    add_state(seen, places);
    expand_plan(seen);
    add_usage(seen, places);
    add_health(seen, places);
    seen.change = change_of(seen, files, places);
}

std::vector<Target> instances(const CompiledContainer& container, const UnitsByName& units) {
    std::vector<Target> targets;
    if (!container.has_unit)
        return targets;
    for (const auto& [name, unit] : units) {
        const std::string instance = instance_of(container, name);
        if (!instance.empty() && unit.load_state != "not-found")
            targets.push_back(target_of(container, instance));
    }
    return targets;
}

// Containers whose definition has gone while they ran: their states are still there.
void add_orphans(const Inventory& inventory, const Places& places, std::vector<Target>& targets) {
    const Result<std::vector<std::string>> names = list_states(places.states);
    if (!names)
        return;  // not root
    for (const std::string& name : *names) {
        if (!find_container(inventory, name))
            targets.push_back({name, name + ".service", nullptr});
    }
}

std::vector<Target> all_targets(const Inventory& inventory, const UnitsByName& units,
                                const Places& places) {
    std::vector<Target> targets;
    for (const CompiledContainer& container : inventory.output.containers) {
        if (!is_template(container) || !container.diagnostics.empty())
            targets.push_back(target_of(container));
        for (Target& instance : instances(container, units))
            targets.push_back(std::move(instance));
    }
    add_orphans(inventory, places, targets);
    std::sort(targets.begin(), targets.end(),
              [](const Target& one, const Target& other) { return one.name < other.name; });
    return targets;
}

}  // namespace

std::string Observation::summary() const {
    return is_running() || diagnostics().empty() ? active_state : "error";
}

const Diagnostics& Observation::diagnostics() const {
    static const Diagnostics none;
    return target.compiled != nullptr ? target.compiled->diagnostics : none;
}

const Plan* Observation::plan() const {
    if (expanded)
        return &*expanded;
    return target.compiled != nullptr && target.compiled->plan ? &*target.compiled->plan : nullptr;
}

const char* since_property(std::string_view active_state) {
    if (active_state == "active" || active_state == "reloading")
        return "ActiveEnterTimestamp";
    if (active_state == "activating")
        return "InactiveExitTimestamp";
    if (active_state == "deactivating")
        return "ActiveExitTimestamp";
    return "InactiveEnterTimestamp";
}

Result<std::vector<Observation>> observe_all(Extent extent, const Inventory& inventory,
                                             Manager& manager, const Places& places) {
    UnitsByName units;
    const std::vector<UnitStatus> services = TRY(manager.list_units({"*.service"}));
    for (const UnitStatus& unit : services)
        units.emplace(unit.name, unit);

    std::vector<Observation> all;
    std::vector<PropertyQuery> queries;
    for (const Target& target : all_targets(inventory, units, places)) {
        all.push_back(first_look(target, units));
        if (all.back().active_state == "inactive")
            continue;
        queries.push_back(
            {target.service, UnitInterface::Unit, since_property(all.back().active_state)});
        queries.push_back({target.service, UnitInterface::Service, "NRestarts"});
        if (extent == Extent::Everything)
            queries.push_back({target.service, UnitInterface::Service, "MainPID"});
    }
    const UnitProperties properties = TRY(manager.properties(queries));
    const FilesByPath files = files_by_path(inventory);
    for (Observation& seen : all) {
        if (const auto found = properties.find(seen.target.service); found != properties.end())
            add_properties(seen, found->second);
        complete(seen, files, places);
    }
    return all;
}

Result<std::vector<Details>> observe(const std::vector<Target>& targets, const Inventory& inventory,
                                     Manager& manager, const Places& places) {
    std::vector<PropertyQuery> queries;
    for (const Target& target : targets) {
        if (is_refused(target))
            continue;
        queries.push_back({target.service, UnitInterface::Unit, {}});
        queries.push_back({target.service, UnitInterface::Service, {}});
    }
    UnitProperties found = TRY(manager.properties(queries));
    const FilesByPath files = files_by_path(inventory);
    std::vector<Details> details;
    for (const Target& target : targets) {
        Details one{{.target = target}, found[target.service]};
        if (const std::string state = text_property(one.properties, "ActiveState");
            !state.empty()) {
            one.seen.load_state = text_property(one.properties, "LoadState");
            one.seen.active_state = state;
            one.seen.sub_state = text_property(one.properties, "SubState");
        }
        add_properties(one.seen, one.properties);
        complete(one.seen, files, places);
        details.push_back(std::move(one));
    }
    return details;
}

}  // namespace caisson
