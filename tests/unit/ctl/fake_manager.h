// SPDX-License-Identifier: LGPL-2.1-or-later
// A systemd that says what a test tells it to, and remembers what it was asked.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "ctl/verbs.h"
#include "systemd/manager.h"

namespace caisson {

class FakeManager final : public Manager {
public:
    Result<std::vector<UnitStatus>> list_units(const std::vector<std::string>&) override {
        ++round_trips;
        std::vector<UnitStatus> listed;
        for (const auto& [name, properties] : units)
            listed.push_back({name, "loaded", text_property(properties, "ActiveState"),
                              text_property(properties, "SubState")});
        return listed;
    }

    Result<UnitProperties> properties(const std::vector<PropertyQuery>& queries) override {
        ++round_trips;
        UnitProperties found;
        for (const PropertyQuery& query : queries) {
            asked.push_back(query);
            const auto unit = units.find(query.unit);
            if (unit == units.end())
                continue;
            for (const auto& [name, value] : unit->second) {
                if (query.property.empty() || query.property == name)
                    found[query.unit].insert_or_assign(name, value);
            }
        }
        return found;
    }

    Result<std::vector<JobOutcome>> run_jobs(JobType type,
                                             const std::vector<std::string>& names) override {
        job_type = type;
        jobs_asked.insert(jobs_asked.end(), names.begin(), names.end());
        std::vector<JobOutcome> outcomes;
        for (const std::string& name : names) {
            const auto outcome = jobs.find(name);
            outcomes.push_back(outcome != jobs.end() ? outcome->second
                                                     : JobOutcome{name, "done", {}});
        }
        return outcomes;
    }

    Result<std::optional<BusError>> kill_unit(const std::string& unit, KillWhom whom,
                                              int signal) override {
        killed.push_back(unit + (whom == KillWhom::All ? " all " : " main ") +
                         std::to_string(signal));
        return std::optional<BusError>();
    }

    UnitProperties units;
    std::map<std::string, JobOutcome> jobs;
    std::vector<PropertyQuery> asked;
    std::vector<std::string> jobs_asked;
    std::vector<std::string> killed;
    JobType job_type = JobType::Start;
    int round_trips = 0;
};

inline Properties running(std::uint64_t since) {
    return {{"ActiveState", "active"},       {"SubState", "running"},
            {"LoadState", "loaded"},         {"ActiveEnterTimestamp", since},
            {"NRestarts", std::uint64_t{2}}, {"MainPID", std::uint64_t{77}}};
}

// Directories as systemd, the kernel and the runtime would fill them.
class WithPlaces : public testing::Test {
protected:
    void SetUp() override {
        char path[] = "/tmp/caisson-ctl-XXXXXX";
        ASSERT_NE(::mkdtemp(path), nullptr);
        directory = path;
        places.units = directory;
        places.states = directory + "/state";
        places.plans = directory + "/plans";
        (void)::mkdir(places.plans.c_str(), 0700);
        inventory.input = std::make_unique<const CompileInput>();
    }
    void TearDown() override { (void)std::system(("rm -rf " + directory).c_str()); }

    // A definition without errors that systemd has loaded as it is.
    CompiledContainer& define(const std::string& name) {
        CompiledContainer container;
        container.name = name;
        container.service = name + ".service";
        container.definition = "/etc/caisson/" + name + ".toml";
        container.plan_path = "/run/systemd/generator/caisson/" + name + ".01.json";
        container.plan = Plan{.name = name, .root_label = "/srv/" + name, .command = {"/bin/true"}};
        container.plan->root.layers = {"/srv/" + name};
        inventory.output.files.push_back({container.service, "[Unit]\n", OutputFile::Kind::Unit});
        std::ofstream(directory + "/" + container.service) << "[Unit]\n";
        inventory.output.containers.push_back(std::move(container));
        return inventory.output.containers.back();
    }

    // The same, but what was written does not compile.
    CompiledContainer& define_badly(const std::string& name) {
        CompiledContainer& container = define(name);
        container.plan.reset();
        container.diagnostics.push_back(
            {{container.definition, 3, 1}, "container.comand", "unknown key"});
        return container;
    }

    // One that would shadow a unit of others, which runs.
    CompiledContainer& define_refused(const std::string& name) {
        CompiledContainer& container = define_badly(name);
        inventory.output.files.pop_back();
        container.has_unit = false;
        manager.units[container.service] = running(1);
        return container;
    }

    // What the runtime leaves of a container that it started from `plan`, by now replaced.
    void runs_from(const Plan& plan) {
        manager.units[plan.name + ".service"] = running(1);
        ASSERT_TRUE(save(
            {.name = plan.name, .plan = "/run/systemd/generator/caisson/" + plan.name + ".00.json"},
            places.states));
        std::ofstream(places.plans + "/" + plan.name + ".json") << encode(plan);
    }

    std::string directory;
    Inventory inventory;
    Places places;
    FakeManager manager;
    Output human{.style = {.colour = false, .legend = true, .unicode = true}, .now = 200'000'000};
    Output machine{.format = Format::Machine, .now = 200'000'000};
};

}  // namespace caisson
