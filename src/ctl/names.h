// SPDX-License-Identifier: LGPL-2.1-or-later
// The NAME arguments of verbs that work on containers.
#pragma once

#include "ctl/verbs.h"

namespace caisson {

// What a verb needs: something that is defined, whatever came of it; units, those of all instances
// for a template; or one unit.
enum class Need { Definition, Units, Unit };

// What is not known, or not what is needed, becomes a complaint of the outcome. A container that
// still runs is found even when its definition has gone.
std::vector<Target> find_targets(const std::vector<std::string>& names, Need need,
                                 const Inventory& inventory, const Places& places,
                                 Outcome& outcome);

}  // namespace caisson
