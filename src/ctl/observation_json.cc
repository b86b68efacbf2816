// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ctl/observation_json.h"

#include "ctl/human.h"

namespace caisson {
namespace {

Json number_or_null(const std::optional<std::uint64_t>& number) {
    return number ? Json(*number) : Json();
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

Json to_json(Change change) {
    switch (change) {
    case Change::None:
        return {};
    case Change::Reload:
        return "daemon-reload";
    case Change::Restart:
        return "restart";
    case Change::Removed:
        return "removed";
    }
    return {};
}

Json time_or_null(std::uint64_t usec) {
    return usec == 0 ? Json() : Json(rfc3339(usec));
}

Json to_json(const HealthRecord& record) {
    Json json = Json::object();
    json["state"] = record.state;
    json["failures"] = record.failures;
    json["probes"] = record.probes;
    json["last"] = record.last == "none" ? Json() : Json(record.last);
    json["exit_status"] = record.last == "exit" || record.last == "signal" || record.last == "pass"
                              ? Json(record.exit_status)
                              : Json();
    json["output"] = record.output;
    json["time"] = time_or_null(record.time);
    json["next"] = time_or_null(record.next);
    return json;
}

}  // namespace

Json to_json(const Diagnostics& diagnostics) {
    Json array = Json::array();
    for (const Diagnostic& diagnostic : diagnostics) {
        array.push_back({{"file", diagnostic.at.file},
                         {"line", diagnostic.at.line},
                         {"column", diagnostic.at.column},
                         {"key", diagnostic.key},
                         {"message", diagnostic.message}});
    }
    return array;
}

Json to_json(const Observation& seen) {
    const Plan* plan = seen.plan();
    Json json = Json::object();
    json["name"] = seen.target.name;
    json["service"] = is_refused(seen.target) ? Json() : Json(seen.target.service);
    json["state"] = seen.summary();
    json["sub_state"] = seen.sub_state;
    json["since"] = seen.since == 0 ? Json() : Json(rfc3339(seen.since));
    json["restarts"] = seen.restarts;
    json["main_pid"] = seen.main_pid == 0 ? Json() : Json(seen.main_pid);
    json["memory"] = number_or_null(seen.usage.memory);
    json["memory_max"] = number_or_null(seen.usage.memory_max);
    json["cpu_usec"] = number_or_null(seen.usage.cpu_usec);
    json["tasks"] = number_or_null(seen.usage.tasks);
    json["tasks_max"] = number_or_null(seen.usage.tasks_max);
    json["health"] = seen.health ? to_json(*seen.health) : Json();
    json["root"] = plan != nullptr ? Json(plan->root_label) : Json();
    json["placement"] = plan == nullptr                       ? Json()
                        : plan->placement == Placement::Scope ? Json("scope")
                                                              : Json("service");
    json["definition"] =
        seen.target.compiled != nullptr ? text_or_null(seen.target.compiled->definition) : Json();
    json["changed"] = to_json(seen.change);
    json["errors"] = to_json(seen.diagnostics());
    return json;
}

std::string dump(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace caisson
