// SPDX-License-Identifier: LGPL-2.1-or-later
// caisson-init, process 1 of a container with `init = true`. It is the host's file, so the
// container gets it by descriptor alone.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "core/plan.h"

namespace caisson {

// On the host's side, before the change of root. Invalid when the plan wants none.
Result<UniqueFd> open_init(const Plan& plan);

// `report`: the status pipe of spawn(), which passes on to the payload. Returns only on failure.
Error execute_init(int init, int report, const std::vector<std::string>& command,
                   const std::vector<std::string>& environment);

}  // namespace caisson
