// SPDX-License-Identifier: LGPL-2.1-or-later
// A plan in the words of the definition, with every default spelled out, for people to read.
#pragma once

#include <string>
#include <vector>

#include "core/plan.h"

namespace caisson {

// What the definition says to systemd alone, which the plan has no words for.
struct UnitKey {
    std::string key;    // "stop_signal"
    std::string value;  // "SIGTERM"
};

std::string effective(const Plan& plan, const std::vector<UnitKey>& unit_keys);

}  // namespace caisson
