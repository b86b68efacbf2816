// SPDX-License-Identifier: LGPL-2.1-or-later
// The runtime state of a started container: /run/caisson/state/NAME.json, written by the runtime
// before the payload runs, removed by cleanup. systemd is the authority on whether it still runs.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/specifier.h"

namespace caisson {

inline constexpr const char* state_directory = "/run/caisson/state";

// NAME.json: the plan that a running container was built from, its specifiers expanded.
inline constexpr const char* running_plans = "/run/caisson/plans";

struct State {
    std::string name;              // "web", "web@blue"
    std::string plan;              // absolute path of the plan that runs
    SpecifierValues specifiers;    // what the plan was expanded with
    pid_t pid = 0;                 // PID 1 of the container, in the host's PID namespace
    std::uint64_t start_time = 0;  // its field 22 in proc_pid_stat(5), clock ticks since boot
};

// `directory` is another one in tests only.
Result<void> save(const State& state, const std::string& directory = state_directory);

// Nothing when there is none.
Result<std::optional<State>> load_state(std::string_view name,
                                        const std::string& directory = state_directory);

// No error when there is none. Removes what an interrupted save() has left, too.
Result<void> remove_state(std::string_view name, const std::string& directory = state_directory);

// The names of all containers that have a state, sorted.
Result<std::vector<std::string>> list_states(const std::string& directory = state_directory);

}  // namespace caisson
