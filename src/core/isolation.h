// SPDX-License-Identifier: LGPL-2.1-or-later
// The walls of a container: what a definition may say of namespaces, user_namespace, security,
// limits and devices, and the plan that comes of it, defaults included.
#pragma once

#include <algorithm>

#include "core/spec.h"

namespace caisson {

void validate_isolation(const ContainerSpec& spec, Diagnostics& diagnostics);

// Of a valid Spec.
void plan_isolation(const ContainerSpec& spec, Plan& plan);

// The defaults that validation looks at, too.
const std::vector<std::string>& default_masked_paths();
const std::vector<std::string>& default_read_only_paths();
Namespaces namespaces_of(const ContainerSpec& spec);
UserNamespaceMode user_namespace_mode(const ContainerSpec& spec);

inline bool is_set(const Given<bool>& given) {
    return given && given->value;
}

inline bool contains(const std::vector<std::string>& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

// The rules of the device filter of the payload's cgroup, systemd.resource-control(5).
std::vector<Directive> device_directives(const Plan& plan);

}  // namespace caisson
