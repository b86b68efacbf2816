// SPDX-License-Identifier: LGPL-2.1-or-later
// Containers and diagnostics as --json prints them. The keys are an interface: they are added to,
// never renamed.
#pragma once

#include <nlohmann/json.hpp>

#include <string>

#include "ctl/observation.h"

namespace caisson {

using Json = nlohmann::ordered_json;

Json to_json(const Observation& seen);
Json to_json(const Diagnostics& diagnostics);

// Indented, with a line break at the end; what is no UTF-8 is replaced.
std::string dump(const Json& json);

}  // namespace caisson
