// SPDX-License-Identifier: LGPL-2.1-or-later
// [pod]: a slice with a common ceiling for the containers that join it, and a service that makes
// the namespaces which they share. No process holds those: systemd keeps their descriptors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/definition.h"
#include "core/spec.h"
#include "core/unit.h"

namespace caisson {

struct DeclaredPod {
    std::size_t definition;  // its index
    PodSpec spec;
};

std::string pod_slice(std::string_view name);    // "caisson-shop.slice"
std::string pod_service(std::string_view name);  // "shop-pod.service"

// Always yields a Spec, as far as it could be read.
PodSpec parse_pod(const Resource& resource, const SourceFile& source, Diagnostics& diagnostics);

void validate(const PodSpec& spec, Diagnostics& diagnostics);

// Of a valid Spec, in the order of the kernel's tools: "network", "uts", "ipc".
std::vector<std::string_view> shared_namespaces(const PodSpec& spec);

// Gives a container that names a pod the pod's slice and namespaces, where it does not ask for
// others itself.
void join_pod(ContainerSpec& container, const std::vector<DeclaredPod>& pods,
              Diagnostics& diagnostics);

Unit slice_for(const PodSpec& pod);

// Without sections when nothing is shared.
Unit service_for(const PodSpec& pod, std::string_view runtime);

}  // namespace caisson
