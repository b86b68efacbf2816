// SPDX-License-Identifier: LGPL-2.1-or-later
// Pods where people type the names of containers. A container of the same name comes first; the
// slice, "caisson-shop.slice", means the pod always.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ctl/observation_json.h"
#include "ctl/verbs.h"

namespace caisson {

// Takes out of `names` those that are pods.
std::vector<const CompiledPod*> take_pods(std::vector<std::string>& names,
                                          const Inventory& inventory);

// The pod that the container is in, or null: its slice says it.
const CompiledPod* pod_of(const Target& target, const Inventory& inventory);

// Its name, or null.
Json pod_name(const Target& target, const Inventory& inventory);

// What starts with the slice of the pod: its containers, or their sockets.
std::vector<std::string> wanted_units(const CompiledPod& pod, const Inventory& inventory);

// The slice, and the service that keeps the namespaces.
std::vector<const OutputFile*> units_of(const CompiledPod& pod, const Inventory& inventory);

// For `status`. False when the pod is not active.
Result<bool> add_pod_status(const CompiledPod& pod, const std::vector<Observation>& all,
                            const Output& output, const Inventory& inventory, Manager& manager,
                            const Places& places, std::string& text, Json& array);

}  // namespace caisson
