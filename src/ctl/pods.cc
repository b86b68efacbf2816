// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ctl/pods.h"

#include "core/pod.h"
#include "ctl/human.h"
#include "ctl/state_dot.h"

namespace caisson {
namespace {

const CompiledPod* find_pod(const Inventory& inventory, std::string_view name) {
    for (const CompiledPod& pod : inventory.output.pods)
        if (pod.slice == name || (pod.name == name && !find_container(inventory, name)))
            return &pod;
    return nullptr;
}

std::vector<const Observation*> members_of(const CompiledPod& pod,
                                           const std::vector<Observation>& all,
                                           const Inventory& inventory) {
    std::vector<const Observation*> members;
    for (const Observation& seen : all)
        if (pod_of(seen.target, inventory) == &pod)
            members.push_back(&seen);
    return members;
}

// Of the slice, as far as both have it.
Observation observe_slice(const CompiledPod& pod, const Properties& properties,
                          const Places& places) {
    Observation seen{.target = {pod.name, pod.slice, nullptr}};
    if (const std::string state = text_property(properties, "ActiveState"); !state.empty()) {
        seen.active_state = state;
        seen.sub_state = text_property(properties, "SubState");
        seen.since = number_property(properties, since_property(state));
    }
    if (seen.is_running() && places.cgroup_root >= 0)
        seen.usage = read_usage(places.cgroup_root, control_group("caisson.slice", pod.slice));
    return seen;
}

void add_line(std::string& text, std::string_view title, const std::string& value) {
    if (!value.empty())
        text.append(11 - title.size(), ' ').append(title).append(": ").append(value).append("\n");
}

std::string with_limit(const std::string& value, const std::optional<std::string>& limit) {
    return limit ? value + " (max: " + *limit + ")" : value;
}

void add_usage(std::string& text, const Usage& usage) {
    const auto size = [](const std::optional<std::uint64_t>& bytes) {
        return bytes ? std::optional(human_size(*bytes)) : std::nullopt;
    };
    const auto number = [](const std::optional<std::uint64_t>& value) {
        return value ? std::optional(std::to_string(*value)) : std::nullopt;
    };
    if (usage.memory)
        add_line(text, "Memory", with_limit(human_size(*usage.memory), size(usage.memory_max)));
    if (usage.cpu_usec)
        add_line(text, "CPU", human_duration(*usage.cpu_usec));
    if (usage.tasks)
        add_line(text, "Tasks", with_limit(std::to_string(*usage.tasks), number(usage.tasks_max)));
}

std::string render_pod(const CompiledPod& pod, const Observation& slice,
                       const std::string& description,
                       const std::vector<const Observation*>& members, const Output& output) {
    const Style& style = output.style;
    const auto dot_of = [&](const Observation& seen) {
        const Cell dot = state_dot(seen, style);
        return paint(dot.text, dot.colour, style.colour);
    };
    std::string text = dot_of(slice) + " " + pod.name;
    if (!description.empty() && description != pod.slice)
        text += " - " + printable(description);
    text += "\n";
    add_line(text, "Definition", printable(pod.definition));
    std::string active = slice.active_state;
    if (slice.since != 0)
        active += " since " + human_time(slice.since) + "; " +
                  human_age(output.now > slice.since ? output.now - slice.since : 0);
    add_line(text, "Active", active);
    add_usage(text, slice.usage);
    add_line(text, "CGroup", "/" + control_group("caisson.slice", pod.slice));
    std::string_view title = "Containers";
    for (const Observation* member : members) {
        const std::string line =
            dot_of(*member) + " " + member->target.name + " (" + member->summary() + ")";
        if (title.empty())
            text += std::string(13, ' ') + line + "\n";
        else
            add_line(text, title, line);
        title = {};
    }
    for (const Diagnostic& diagnostic : pod.diagnostics)
        text += paint(printable(format(diagnostic)), Colour::Red, style.colour) + "\n";
    return text;
}

Json pod_json(const CompiledPod& pod, const Observation& slice,
              const std::vector<const Observation*>& members) {
    const auto number = [](const std::optional<std::uint64_t>& value) {
        return value ? Json(*value) : Json();
    };
    Json names = Json::array();
    for (const Observation* member : members)
        names.push_back(member->target.name);
    return {{"pod", pod.name},
            {"slice", pod.slice},
            {"state", slice.active_state},
            {"since", slice.since == 0 ? Json() : Json(rfc3339(slice.since))},
            {"memory", number(slice.usage.memory)},
            {"memory_max", number(slice.usage.memory_max)},
            {"cpu_usec", number(slice.usage.cpu_usec)},
            {"tasks", number(slice.usage.tasks)},
            {"tasks_max", number(slice.usage.tasks_max)},
            {"containers", names},
            {"definition", pod.definition},
            {"errors", to_json(pod.diagnostics)}};
}

}  // namespace

std::vector<const CompiledPod*> take_pods(std::vector<std::string>& names,
                                          const Inventory& inventory) {
    std::vector<const CompiledPod*> pods;
    std::erase_if(names, [&](const std::string& name) {
        const CompiledPod* pod = find_pod(inventory, name);
        if (pod != nullptr)
            pods.push_back(pod);
        return pod != nullptr;
    });
    return pods;
}

const CompiledPod* pod_of(const Target& target, const Inventory& inventory) {
    if (target.compiled == nullptr || !target.compiled->plan)
        return nullptr;
    for (const CompiledPod& pod : inventory.output.pods)
        if (pod.slice == target.compiled->plan->slice)
            return &pod;
    return nullptr;
}

Json pod_name(const Target& target, const Inventory& inventory) {
    const CompiledPod* pod = pod_of(target, inventory);
    return pod != nullptr ? Json(pod->name) : Json();
}

std::vector<std::string> wanted_units(const CompiledPod& pod, const Inventory& inventory) {
    std::vector<std::string> units;
    const std::string directory = pod.slice + ".wants/";
    for (const OutputFile& file : inventory.output.files)
        if (file.kind == OutputFile::Kind::Link && file.path.starts_with(directory))
            units.push_back(file.path.substr(directory.size()));
    return units;
}

std::vector<const OutputFile*> units_of(const CompiledPod& pod, const Inventory& inventory) {
    std::vector<const OutputFile*> units;
    for (const std::string& unit : {pod.slice, pod_service(pod.name)})
        for (const OutputFile& file : inventory.output.files)
            if (file.kind == OutputFile::Kind::Unit && file.path == unit)
                units.push_back(&file);
    return units;
}

Result<bool> add_pod_status(const CompiledPod& pod, const std::vector<Observation>& all,
                            const Output& output, const Inventory& inventory, Manager& manager,
                            const Places& places, std::string& text, Json& array) {
    UnitProperties found = TRY(manager.properties({{pod.slice, UnitInterface::Unit, {}}}));
    const Properties& properties = found[pod.slice];
    const Observation slice = observe_slice(pod, properties, places);
    const std::vector<const Observation*> members = members_of(pod, all, inventory);
    if (output.format == Format::Machine) {
        array.push_back(pod_json(pod, slice, members));
    } else {
        text += text.empty() ? "" : "\n";
        text += render_pod(pod, slice, text_property(properties, "Description"), members, output);
    }
    return slice.active_state == "active";
}

}  // namespace caisson
