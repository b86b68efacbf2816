// SPDX-License-Identifier: LGPL-2.1-or-later
// Plans as files: the generator's, and the copy that says what a running container was built from,
// which stays when a daemon-reload has replaced the generator's.
#pragma once

#include <string>

#include "core/plan.h"
#include "core/specifier.h"
#include "store/state.h"

namespace caisson {

// The plan with its specifiers expanded.
Result<Plan> load_plan(const std::string& path, const SpecifierValues& specifiers);

Result<void> save_running_plan(const Plan& plan);
Result<Plan> load_running_plan(const std::string& name);
std::string running_plan_path(const std::string& name);

}  // namespace caisson
