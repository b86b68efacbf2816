// SPDX-License-Identifier: LGPL-2.1-or-later
// start, stop, restart and reload: jobs of systemd's, whose results are told as systemctl does.
#include "ctl/names.h"
#include "ctl/pods.h"
#include "ctl/refusal.h"

namespace caisson {
namespace {

const char* verb_of(JobType type) {
    switch (type) {
    case JobType::Start:
        return "start";
    case JobType::Stop:
        return "stop";
    case JobType::Restart:
        return "restart";
    case JobType::Reload:
        return "reload";
    }
    return "";
}

bool succeeded(const JobOutcome& job) {
    return !job.refused && (job.result == "done" || job.result == "skipped");
}

std::string job_failure(const std::string& result, const std::string& service_result) {
    if (result == "timeout")
        return "systemd's job timed out";
    if (result == "canceled")
        return "the job was canceled by another one";
    if (result == "dependency")
        return "a unit that it depends on failed";
    if (result != "failed")
        return "the job ended as \"" + result + "\"";
    if (service_result.empty() || service_result == "success")
        return "the job failed";
    return "the job failed with result \"" + service_result + "\"";
}

// Starting what is on disk is what people expect, and not what happens.
void warn_of_changes(JobType type, const std::vector<Details>& before, Outcome& outcome) {
    for (const Details& one : before) {
        if (type != JobType::Stop && one.seen.change == Change::Reload)
            outcome.complain(
                one.seen.target.name +
                    ": the definition changed on disk, what systemd has loaded is used; "
                    "run 'systemctl daemon-reload' to load it",
                Success);
    }
}

void complain_of(const Target& target, JobType type, const JobOutcome& job,
                 const std::string& service_result, Outcome& outcome) {
    const std::string what = target.name + ": " + verb_of(type) + ": ";
    if (job.refused) {
        outcome.complain(what + explain(*job.refused, target), Failure);
        return;
    }
    outcome.complain(what + job_failure(job.result, service_result) + "; see 'caissonctl status " +
                         target.name + "' and 'journalctl -xeu " + target.service + "'",
                     Failure);
    if (target.compiled == nullptr)
        return;
    for (const Diagnostic& diagnostic : target.compiled->diagnostics)
        outcome.complain(format(diagnostic), Failure);
}

Json to_json(const Target& target, const JobOutcome& job) {
    return {{"name", target.name},
            {"service", target.service},
            {"result", job.refused ? "refused" : job.result},
            {"error", job.refused ? Json(job.refused->message) : Json()}};
}

// In place of pods their slices. A slice stops when all in it has stopped, but has started before:
// so its containers are waited for as well.
std::vector<Target> expand_pods(std::vector<std::string>& names, JobType type,
                                const Inventory& inventory, Outcome& outcome) {
    std::vector<Target> slices;
    for (const CompiledPod* pod : take_pods(names, inventory)) {
        slices.push_back({pod->name, pod->slice, nullptr});
        if (type == JobType::Stop)
            continue;
        for (const Diagnostic& diagnostic : pod->diagnostics)
            outcome.complain(format(diagnostic), Failure);
        for (std::string& unit : wanted_units(*pod, inventory))
            if (unit.ends_with(".service"))
                names.push_back(std::move(unit));
    }
    return slices;
}

}  // namespace

Result<Outcome> run_jobs(const JobOptions& options, const Output& output,
                         const Inventory& inventory, Manager& manager, const Places& places) {
    Outcome outcome;
    std::vector<std::string> names = options.names;
    const std::vector<Target> slices = expand_pods(names, options.type, inventory, outcome);
    std::vector<Target> targets = find_targets(names, Need::Unit, inventory, places, outcome);
    const std::vector<Details> before = TRY(observe(targets, inventory, manager, places));
    targets.insert(targets.end(), slices.begin(), slices.end());
    warn_of_changes(options.type, before, outcome);

    std::vector<std::string> services;
    for (const Target& target : targets)
        services.push_back(target.service);
    const std::vector<JobOutcome> jobs = TRY(manager.run_jobs(options.type, services));

    Json array = Json::array();
    for (std::size_t index = 0; index < jobs.size(); ++index) {
        array.push_back(to_json(targets[index], jobs[index]));
        if (succeeded(jobs[index]))
            continue;
        const char* result = options.type == JobType::Reload ? "ReloadResult" : "Result";
        UnitProperties after =
            TRY(manager.properties({{services[index], UnitInterface::Service, result}}));
        complain_of(targets[index], options.type, jobs[index],
                    text_property(after[services[index]], result), outcome);
    }
    if (output.format == Format::Machine)
        outcome.output = dump(array);
    return outcome;
}

}  // namespace caisson
