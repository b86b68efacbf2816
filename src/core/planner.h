// SPDX-License-Identifier: LGPL-2.1-or-later
// From what the user asked for to what will be done: every default of a container is here.
#pragma once

#include <string_view>

#include "core/plan.h"
#include "core/spec.h"

namespace caisson {

// Of a valid Spec. `service` is the unit's name: "web.service", "web@.service" of a template.
Plan plan_for(const ContainerSpec& spec, std::string_view service);

}  // namespace caisson
