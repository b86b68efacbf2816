// SPDX-License-Identifier: LGPL-2.1-or-later
// A container as it is right now: what systemd says of its units, what its control group uses, and
// how far that is from its definition. Gathered for all containers together, so that the number of
// D-Bus round trips does not grow with theirs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ctl/inventory.h"
#include "ctl/usage.h"
#include "store/health.h"
#include "store/state.h"
#include "systemd/manager.h"

namespace caisson {

// What has to be done before the definition on disk is what runs.
enum class Change { None, Reload, Restart, Removed };

struct Observation {
    Target target;
    std::string load_state;  // empty: systemd has not loaded the unit
    std::string active_state = "inactive";
    std::string sub_state = "dead";
    std::uint64_t since = 0;  // when it got into that state, usec since the epoch; 0: unknown
    std::uint64_t restarts = 0;
    std::uint64_t main_pid = 0;
    Usage usage;
    Change change = Change::None;
    std::optional<Plan> expanded;        // the plan with its specifiers resolved, where it has any
    std::optional<State> state;          // of the running container
    std::optional<HealthRecord> health;  // of one that has a health check, while it runs

    // What people are shown: active_state, or "error" for what cannot start because of its
    // definition.
    std::string summary() const;
    bool is_running() const { return active_state != "inactive" && active_state != "failed"; }
    const Diagnostics& diagnostics() const;
    const Plan* plan() const;  // none when the definition has errors, or has gone
};

// Where to look; others in tests only.
struct Places {
    int cgroup_root = -1;
    std::string states = state_directory;
    std::string plans = running_plans;
    std::string health = health_directory;
    std::string units = generator_directory;
    std::string root;  // where /proc is
};

// The property that says since when a unit is in `active_state`.
const char* since_property(std::string_view active_state);

// What is asked of systemd for each of many containers: every property is one more message.
enum class Extent { Table, Everything };

// All containers, the loaded instances of templates included, and what still runs without a
// definition; sorted by name.
Result<std::vector<Observation>> observe_all(Extent extent, const Inventory& inventory,
                                             Manager& manager, const Places& places);

struct Details {
    Observation seen;
    Properties properties;  // of the unit and the service
};

// These, with all that systemd says of them.
Result<std::vector<Details>> observe(const std::vector<Target>& targets, const Inventory& inventory,
                                     Manager& manager, const Places& places);

}  // namespace caisson
