// SPDX-License-Identifier: LGPL-2.1-or-later
#include <csignal>

#include "core/names.h"
#include "ctl/human.h"
#include "ctl/names.h"
#include "ctl/pods.h"
#include "ctl/state_dot.h"

namespace caisson {
namespace {

constexpr std::size_t log_lines = 10;

// "     Memory: 12.5M", the title right-aligned as systemctl does.
void add_line(std::string& text, std::string_view title, const std::string& value) {
    if (value.empty())
        return;
    text.append(title.size() < 11 ? 11 - title.size() : 0, ' ');
    text.append(title).append(": ").append(value).append("\n");
}

std::string with_limit(const std::optional<std::string>& value,
                       const std::optional<std::string>& limit) {
    if (!value)
        return {};
    return limit ? *value + " (max: " + *limit + ")" : *value;
}

std::optional<std::string> size_text(const std::optional<std::uint64_t>& bytes) {
    return bytes ? std::optional(human_size(*bytes)) : std::nullopt;
}

std::optional<std::string> number_text(const std::optional<std::uint64_t>& number) {
    return number ? std::optional(std::to_string(*number)) : std::nullopt;
}

std::string headline(const Details& one, const Style& style) {
    const Cell dot = state_dot(one.seen, style);
    const std::string description = text_property(one.properties, "Description");
    std::string text = paint(dot.text, dot.colour, style.colour) + " " + one.seen.target.name;
    if (!description.empty() && description != one.seen.target.service)
        text += " - " + printable(description);
    return text + "\n";
}

std::string active_text(const Details& one, const Output& output) {
    const Observation& seen = one.seen;
    const Cell dot = state_dot(seen, output.style);
    const std::string result = text_property(one.properties, "Result");
    std::string state = seen.active_state + " (" + seen.sub_state + ")";
    if (!seen.is_running() && !result.empty() && result != "success")
        state = seen.active_state + " (Result: " + result + ")";
    std::string text = paint(state, dot.colour, output.style.colour);
    if (seen.since != 0) {
        const std::uint64_t age = output.now > seen.since ? output.now - seen.since : 0;
        text += " since " + human_time(seen.since) + "; " + human_age(age);
    }
    return text;
}

std::string change_text(const Observation& seen) {
    switch (seen.change) {
    case Change::None:
        return {};
    case Change::Reload:
        return "the definition is not what systemd has loaded; run 'systemctl daemon-reload', "
               "then restart";
    case Change::Restart:
        return "it runs with an older definition; run 'caissonctl restart " + seen.target.name +
               "'";
    case Change::Removed:
        return "its definition has gone; run 'caissonctl stop " + seen.target.name + "'";
    }
    return {};
}

// How the main process ended, or its number while it runs.
std::string process_text(const Details& one) {
    if (one.seen.main_pid != 0)
        return std::to_string(one.seen.main_pid);
    const std::uint64_t pid = number_property(one.properties, "ExecMainPID");
    const std::uint64_t code = number_property(one.properties, "ExecMainCode");
    const int status = static_cast<int>(number_property(one.properties, "ExecMainStatus"));
    if (pid == 0 || code == 0)
        return {};
    std::string text = std::to_string(pid);
    if (code == CLD_EXITED)
        return text + " (exited, status=" + std::to_string(status) + ")";
    const std::optional<Signal> signal = parse_signal(std::to_string(status));
    text += code == CLD_DUMPED ? " (dumped core, signal=" : " (killed, signal=";
    return text + (signal ? signal->name : std::to_string(status)) + ")";
}

// "unhealthy (3 failures in a row); last probe 2s ago: exit status 1: connection refused"
std::string health_text(const Observation& seen, const Output& output) {
    if (!seen.health)
        return {};
    const HealthRecord& health = *seen.health;
    const Colour colour = health.state == "unhealthy" ? Colour::Red
                          : health.failures > 0       ? Colour::Yellow
                                                      : Colour::Green;
    std::string text =
        paint(printable(health.state), colour, output.style.colour && health.state != "starting");
    if (health.failures > 0)
        text += " (" + std::to_string(health.failures) +
                (health.failures == 1 ? " failure" : " failures in a row") + ")";
    if (health.time == 0)
        return text;
    const std::uint64_t age = output.now > health.time ? output.now - health.time : 0;
    return text + "; last probe " + human_age(age) + ": " + printable(result_of(health));
}

const char* mode_text(RootMode mode) {
    switch (mode) {
    case RootMode::Ephemeral:
        return "ephemeral";
    case RootMode::Persistent:
        return "persistent";
    case RootMode::ReadOnly:
        return "read-only";
    }
    return "";
}

// What the definition mounts; what every container has is left out.
void add_mounts(std::string& text, const Plan& plan) {
    std::string_view title = "Mounts";
    for (const Mount& mount : plan.mounts) {
        if (mount.type != MountType::Bind)
            continue;
        const std::string value = printable(mount.target) + " from " + printable(mount.source) +
                                  (mount.flags.read_only ? " (read-only)" : "");
        if (title.empty())
            text += std::string(13, ' ') + value + "\n";
        else
            add_line(text, title, value);
        title = {};
    }
}

void add_plan(std::string& text, const Observation& seen) {
    const Plan* plan = seen.plan();
    if (plan == nullptr)
        return;
    const bool scope = plan->placement == Placement::Scope;
    const std::string unit = scope ? scope_name(seen.target.name) : seen.target.service;
    add_line(text, "Root", printable(plan->root_label) + " (" + mode_text(plan->root.mode) + ")");
    add_mounts(text, *plan);
    add_line(text, "Placement", scope ? "scope (" + unit + ")" : "service");
    add_line(text, "CGroup", "/" + control_group(plan->slice, unit));
}

void add_log(std::string& text, const Target& target) {
    const Result<std::vector<JournalLine>> lines = last_journal_lines(target.service, log_lines);
    if (!lines || (*lines).empty())
        return;
    text += "\n";
    for (const JournalLine& line : *lines) {
        text += human_time(line.time_usec) + " " + printable(line.identifier);
        if (!line.pid.empty())
            text += "[" + printable(line.pid) + "]";
        text += ": " + printable(line.message) + "\n";
    }
}

std::string render_status(const Details& one, const Output& output) {
    const Observation& seen = one.seen;
    std::string text = headline(one, output.style);
    add_line(text, "Definition",
             seen.target.compiled != nullptr ? printable(seen.target.compiled->definition)
                                             : "none");
    add_line(text, "Changed",
             paint(change_text(seen), Colour::Yellow,
                   output.style.colour && seen.change != Change::None));
    add_line(text, "Active",
             is_refused(seen.target) ? "no, the definition is refused and has no unit"
                                     : active_text(one, output));
    add_line(text, "Main PID", process_text(one));
    add_line(text, "Status", printable(text_property(one.properties, "StatusText")));
    add_line(text, "Health", health_text(seen, output));
    add_line(text, "Restarts", seen.restarts == 0 ? "" : std::to_string(seen.restarts));
    add_line(text, "Memory",
             with_limit(size_text(seen.usage.memory), size_text(seen.usage.memory_max)));
    add_line(text, "CPU", seen.usage.cpu_usec ? human_duration(*seen.usage.cpu_usec) : "");
    add_line(text, "Tasks",
             with_limit(number_text(seen.usage.tasks), number_text(seen.usage.tasks_max)));
    add_plan(text, seen);
    for (const Diagnostic& diagnostic : seen.diagnostics())
        text += paint(printable(format(diagnostic)), Colour::Red, output.style.colour) + "\n";
    return text;
}

Json details_json(const Details& one) {
    Json json = to_json(one.seen);
    const auto text = [&](const char* property) {
        const std::string value = text_property(one.properties, property);
        return value.empty() ? Json() : Json(value);
    };
    json["description"] = text("Description");
    json["result"] = text("Result");
    json["status_text"] = text("StatusText");
    json["exit_code"] = number_property(one.properties, "ExecMainCode") == CLD_EXITED
                            ? Json(number_property(one.properties, "ExecMainStatus"))
                            : Json();
    return json;
}

// What is worth a look when nothing is named: all that runs, and all that should but cannot.
Result<std::vector<Target>> noteworthy(const Inventory& inventory, Manager& manager,
                                       const Places& places) {
    const std::vector<Observation> all =
        TRY(observe_all(Extent::Table, inventory, manager, places));
    std::vector<Target> targets;
    for (const Observation& seen : all) {
        if (seen.summary() != "inactive")
            targets.push_back(seen.target);
    }
    return targets;
}

// A template is asked for by its instances.
Result<std::vector<Target>> with_instances(const std::vector<Target>& named,
                                           const Inventory& inventory, Manager& manager,
                                           const Places& places) {
    const auto is_whole_template = [](const Target& target) { return target.name.ends_with('@'); };
    if (std::none_of(named.begin(), named.end(), is_whole_template))
        return named;
    const std::vector<Observation> all =
        TRY(observe_all(Extent::Table, inventory, manager, places));
    std::vector<Target> targets;
    for (const Target& target : named) {
        const std::size_t before = targets.size();
        for (const Observation& seen : all) {
            if (is_whole_template(target) && seen.target.compiled == target.compiled)
                targets.push_back(seen.target);
        }
        if (targets.size() == before)
            targets.push_back(target);
    }
    return targets;
}

Result<void> add_pods(const std::vector<const CompiledPod*>& pods, const Output& output,
                      const Inventory& inventory, Manager& manager, const Places& places,
                      Outcome& outcome, Json& array) {
    if (pods.empty())
        return {};
    const std::vector<Observation> all =
        TRY(observe_all(Extent::Table, inventory, manager, places));
    for (const CompiledPod* pod : pods) {
        const bool active = TRY(
            add_pod_status(*pod, all, output, inventory, manager, places, outcome.output, array));
        if (!active)
            outcome.status = std::max<int>(outcome.status, NotActive);
    }
    return {};
}

}  // namespace

Result<Outcome> status(const StatusOptions& options, const Output& output,
                       const Inventory& inventory, Manager& manager, const Places& places) {
    Outcome outcome;
    std::vector<std::string> names = options.names;
    const std::vector<const CompiledPod*> pods = take_pods(names, inventory);
    const std::vector<Target> named =
        find_targets(names, Need::Definition, inventory, places, outcome);
    const std::vector<Target> targets =
        TRY(options.names.empty() ? noteworthy(inventory, manager, places)
                                  : with_instances(named, inventory, manager, places));
    const std::vector<Details> all = TRY(observe(targets, inventory, manager, places));

    Json array = Json::array();
    TRY(add_pods(pods, output, inventory, manager, places, outcome, array));
    for (const Details& one : all) {
        const bool active =
            one.seen.active_state == "active" || one.seen.active_state == "reloading";
        if (!options.names.empty() && !active)
            outcome.status = std::max<int>(outcome.status, NotActive);
        if (output.format == Format::Machine) {
            array.push_back(details_json(one));
            array.back()["pod"] = pod_name(one.seen.target, inventory);
            continue;
        }
        outcome.output += outcome.output.empty() ? "" : "\n";
        outcome.output += render_status(one, output);
        if (!options.names.empty() && !is_refused(one.seen.target))
            add_log(outcome.output, one.seen.target);
    }
    if (output.format == Format::Machine)
        outcome.output = dump(array);
    return outcome;
}

}  // namespace caisson
