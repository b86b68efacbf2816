// SPDX-License-Identifier: LGPL-2.1-or-later
// The isolation of a container as `show --security` prints it: what its definition asks for beside
// what is in force.
#pragma once

#include <optional>

#include "ctl/observation_json.h"
#include "ctl/table.h"
#include "ctl/walls.h"

namespace caisson {

struct Security {
    const Plan& plan;
    pid_t pid = 0;               // 0: it does not run
    std::optional<Walls> walls;  // of the process
};

Json security_json(const Security& security);
std::string security_text(const Security& security, const Style& style);

}  // namespace caisson
