// SPDX-License-Identifier: LGPL-2.1-or-later
// The walls of a container: what a definition may say of namespaces, user_namespace, security,
// limits and devices, and the plan that comes of it, defaults included.
#pragma once

#include "core/spec.h"

namespace caisson {

void validate_isolation(const ContainerSpec& spec, Diagnostics& diagnostics);

// Of a valid Spec.
void plan_isolation(const ContainerSpec& spec, Plan& plan);

// The rules of the device filter of the payload's cgroup, systemd.resource-control(5).
std::vector<Directive> device_directives(const Plan& plan);

}  // namespace caisson
