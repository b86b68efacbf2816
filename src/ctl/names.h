// SPDX-License-Identifier: LGPL-2.1-or-later
// The NAME arguments of verbs that work on containers.
#pragma once

#include "ctl/verbs.h"

namespace caisson {

enum class Templates { Accept, Refuse };

// What is not known, or is a template where an instance is needed, becomes a complaint of the
// outcome. A container that still runs is found even when its definition has gone.
std::vector<Target> find_targets(const std::vector<std::string>& names, Templates templates,
                                 const Inventory& inventory, const Places& places,
                                 Outcome& outcome);

}  // namespace caisson
