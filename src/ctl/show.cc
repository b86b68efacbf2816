// SPDX-License-Identifier: LGPL-2.1-or-later
// What became of a definition: itself with all defaults, or what the generator makes of it, or what
// the kernel says of it.
#include "core/socket.h"
#include "ctl/effective.h"
#include "ctl/pods.h"
#include "ctl/security.h"
#include "ctl/specifiers.h"
#include "ctl/verbs.h"

namespace caisson {
namespace {

// As the container runs, or else as far as this host knows.
Plan with_specifiers(const Plan& plan, const Target& target, const Places& places) {
    if (!plan.has_specifiers || target.name.ends_with('@'))
        return plan;
    const Result<std::optional<State>> state = load_state(target.name, places.states);
    Plan expanded = plan;
    const bool runs = state && *state;
    if (!expand_specifiers(expanded, runs ? (*state)->specifiers : specifiers_of(target)))
        return plan;
    return expanded;
}

// The service, its sockets, the drop-ins of both units: what 'systemctl cat' would show after a daemon-reload.
std::vector<const OutputFile*> units_of(const CompiledContainer& container,
                                        const Inventory& inventory) {
    std::vector<const OutputFile*> units;
    const std::string scope = scope_name(container.name);
    const std::string socket = socket_name(container.service);
    for (const OutputFile& file : inventory.output.files) {
        if (file.kind == OutputFile::Kind::Unit &&
            (file.path == container.service || file.path.starts_with(container.service + ".d/") ||
             file.path == socket || file.path == scope || file.path.starts_with(scope + ".d/")))
            units.push_back(&file);
    }
    return units;
}

std::string show_units(const std::vector<const OutputFile*>& units, Format format) {
    Json json = Json::object();
    std::string text;
    for (const OutputFile* unit : units) {
        json[unit->path] = unit->content;
        text += text.empty() ? "# " : "\n# ";
        text += unit->path + "\n" + unit->content;
    }
    return format == Format::Machine ? dump(json) : text;
}

std::string pretty(const std::string& json) {
    return dump(Json::parse(json, nullptr, false));
}

Result<std::string> show_security(const Plan& plan, const Target& target, const Output& output,
                                  const Places& places) {
    Security security{.plan = plan, .pid = 0, .walls = {}};
    const std::optional<State> state = TRY(load_state(target.name, places.states));
    if (state) {
        Walls walls = TRY(read_walls(state->pid, state->start_time, places.root));
        security.walls = std::move(walls);
        security.pid = state->pid;
    }
    return output.format == Format::Machine ? dump(security_json(security))
                                            : security_text(security, output.style);
}

Outcome show_pod(const CompiledPod& pod, const ShowOptions& options, const Output& output,
                 const Inventory& inventory) {
    Outcome outcome;
    for (const Diagnostic& diagnostic : pod.diagnostics)
        outcome.complain(format(diagnostic), Failure);
    if (!pod.diagnostics.empty() && options.view != View::Unit)
        return outcome;
    const bool wants_definition = options.view == View::Definition;
    if (options.view != View::Unit && !wants_definition)
        outcome.complain(pod.name + ": show: is a pod, it has no plan; --unit shows its units",
                         Failure);
    else if (wants_definition && output.format == Format::Human)
        outcome.output = effective(pod, *inventory.input);
    else
        outcome.output = show_units(units_of(pod, inventory), output.format);
    return outcome;
}

}  // namespace

Result<Outcome> show(const ShowOptions& options, const Output& output, const Inventory& inventory,
                     const Places& places) {
    std::vector<std::string> names = {options.name};
    const std::vector<const CompiledPod*> pods = take_pods(names, inventory);
    if (!pods.empty())
        return show_pod(*pods.front(), options, output, inventory);
    Outcome outcome;
    const std::optional<Target> target = find_container(inventory, options.name);
    if (!target) {
        outcome.complain(unknown_container(inventory, options.name), NotFound);
        return outcome;
    }
    const CompiledContainer& container = *target->compiled;
    if (options.view == View::Unit && container.has_unit) {
        outcome.output = show_units(units_of(container, inventory), output.format);
        return outcome;
    }
    if (!container.plan) {
        for (const Diagnostic& diagnostic : container.diagnostics)
            outcome.complain(format(diagnostic), Failure);
        outcome.complain(
            target->name + ": show: the definition has errors, there is nothing to show", Failure);
        return outcome;
    }
    if (options.view == View::Plan) {
        outcome.output = pretty(encode(*container.plan));
        return outcome;
    }
    if (options.view == View::Definition && output.format == Format::Human) {
        outcome.output = effective(*target, *inventory.input);
        return outcome;
    }
    const Plan plan = with_specifiers(*container.plan, *target, places);
    if (options.view == View::Security) {
        std::string text = TRY(show_security(plan, *target, output, places));
        outcome.output = std::move(text);
        return outcome;
    }
    outcome.output = pretty(options.view == View::Oci ? encode_oci(plan) : encode(plan));
    return outcome;
}

}  // namespace caisson
