// SPDX-License-Identifier: LGPL-2.1-or-later
#include <fnmatch.h>

#include "ctl/human.h"
#include "ctl/pods.h"
#include "ctl/state_dot.h"
#include "ctl/verbs.h"

namespace caisson {
namespace {

bool matches(const Observation& seen, const std::vector<std::string>& patterns) {
    const auto match = [&](const std::string& pattern) {
        return ::fnmatch(pattern.c_str(), seen.target.name.c_str(), 0) == 0 ||
               ::fnmatch(pattern.c_str(), seen.target.service.c_str(), 0) == 0;
    };
    return patterns.empty() || std::any_of(patterns.begin(), patterns.end(), match);
}

std::string state_text(const Observation& seen) {
    const std::string state = seen.summary();
    std::string text = state;
    if (state == "active")
        text = seen.sub_state;
    else if (seen.is_running() && seen.sub_state != state)
        text += " (" + seen.sub_state + ")";
    if (seen.health && seen.health->state == "unhealthy")
        text += ", unhealthy";
    switch (seen.change) {
    case Change::None:
        return text;
    case Change::Reload:
        return text + ", changed";
    case Change::Restart:
        return text + ", outdated";
    case Change::Removed:
        return text + ", removed";
    }
    return text;
}

std::string with_limit(const std::optional<std::uint64_t>& value,
                       const std::optional<std::uint64_t>& limit) {
    if (!value)
        return "-";
    return limit ? human_size(*value) + "/" + human_size(*limit) : human_size(*value);
}

std::string root_of(const Observation& seen) {
    return seen.plan() != nullptr ? printable(seen.plan()->root_label) : "-";
}

std::vector<Cell> row(const Observation& seen, const Output& output) {
    const Usage& usage = seen.usage;
    const std::uint64_t age = output.now > seen.since ? output.now - seen.since : 0;
    return {
        state_dot(seen, output.style),
        {seen.target.name},
        {state_text(seen), state_dot(seen, output.style).colour},
        {seen.since == 0 ? "-" : human_age(age)},
        {std::to_string(seen.restarts), seen.restarts == 0 ? Colour::None : Colour::Yellow},
        {with_limit(usage.memory, usage.memory_max)},
        {usage.cpu_usec ? human_duration(*usage.cpu_usec) : "-"},
        {usage.tasks ? std::to_string(*usage.tasks) : "-"},
        {root_of(seen)},
    };
}

// What the words after the state ask for; nothing when there are none.
std::string notes(const std::vector<Observation>& shown) {
    const auto any = [&](Change change) {
        return std::any_of(shown.begin(), shown.end(),
                           [=](const Observation& seen) { return seen.change == change; });
    };
    std::string text;
    if (any(Change::Reload))
        text += "changed: the definition is not what systemd has loaded; run 'systemctl "
                "daemon-reload', then restart\n";
    if (any(Change::Restart))
        text += "outdated: it runs with an older definition; run 'caissonctl restart NAME'\n";
    if (any(Change::Removed))
        text += "removed: it still runs, but its definition has gone; run 'caissonctl stop NAME'\n";
    const bool unhealthy = std::any_of(shown.begin(), shown.end(), [](const Observation& seen) {
        return seen.health && seen.health->state == "unhealthy";
    });
    if (unhealthy)
        text += "unhealthy: its health check fails; run 'caissonctl status NAME'\n";
    const bool error = std::any_of(shown.begin(), shown.end(), [](const Observation& seen) {
        return !seen.diagnostics().empty();
    });
    if (error)
        text += "error: the definition has errors; run 'caissonctl check'\n";
    return text;
}

std::string render_list(const std::vector<Observation>& shown, const Output& output) {
    Table table{{{""},
                 {"NAME"},
                 {"STATE"},
                 {"SINCE"},
                 {"RESTARTS", Alignment::Right},
                 {"MEMORY", Alignment::Right},
                 {"CPU", Alignment::Right},
                 {"TASKS", Alignment::Right},
                 {"ROOT"}},
                {}};
    for (const Observation& seen : shown)
        table.rows.push_back(row(seen, output));
    std::string text = render(table, output.style);
    if (!output.style.legend)
        return text;
    const std::string count = std::to_string(shown.size());
    return text + "\n" + count + (shown.size() == 1 ? " container.\n" : " containers.\n") +
           notes(shown);
}

}  // namespace

Result<Outcome> list(const ListOptions& options, const Output& output, const Inventory& inventory,
                     Manager& manager, const Places& places) {
    std::vector<Observation> all =
        TRY(observe_all(output.format == Format::Human ? Extent::Table : Extent::Everything,
                        inventory, manager, places));
    std::erase_if(all, [&](const Observation& seen) { return !matches(seen, options.patterns); });
    if (output.format == Format::Human)
        return Outcome{.output = render_list(all, output)};
    Json array = Json::array();
    for (const Observation& seen : all) {
        array.push_back(to_json(seen));
        array.back()["pod"] = pod_name(seen.target, inventory);
    }
    return Outcome{.output = dump(array)};
}

}  // namespace caisson
