// SPDX-License-Identifier: LGPL-2.1-or-later
// From what the user asked for to what will be done: every default of a container is here.
#pragma once

#include "core/graph.h"
#include "core/plan.h"

namespace caisson {

// Of a valid container of a set that was checked.
Plan plan_for(const DeclaredContainer& container);

// A name of ours, without what a host name must not have.
std::string hostname_for(std::string_view name);

}  // namespace caisson
