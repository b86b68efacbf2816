// SPDX-License-Identifier: LGPL-2.1-or-later
// The environment of the payload: a few defaults, the definition's variables, then those of its
// environment files, each overriding what came before, as systemd does.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "core/passwd.h"
#include "core/plan.h"

namespace caisson {

using Variables = std::vector<std::pair<std::string, std::string>>;

// The definition's variables and those of its files, which are the host's.
Result<Variables> load_variables(const Plan& plan);

// "NAME=VALUE" for execve(2). `extra` overrides all.
std::vector<std::string> environment_for(const Identity& identity, const Variables& variables,
                                         const Variables& extra);

}  // namespace caisson
