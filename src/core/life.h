// SPDX-License-Identifier: LGPL-2.1-or-later
// What makes a container a service: what a definition may say of readiness, health, reload, sockets
// and credentials, and the plan that comes of it.
#pragma once

#include "core/spec.h"

namespace caisson {

void validate_life(const ContainerSpec& spec, Diagnostics& diagnostics);

// Of a valid Spec. `is_awaited`: another container starts when this one has completed.
void plan_life(const ContainerSpec& spec, bool is_awaited, Plan& plan);

}  // namespace caisson
