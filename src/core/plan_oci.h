// SPDX-License-Identifier: LGPL-2.1-or-later
// The part of an OCI runtime configuration that a plan holds in another form.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/plan.h"

namespace caisson {

// `linux.seccomp`: the default filter, spelled out.
nlohmann::ordered_json oci_seccomp(const Plan& plan);

}  // namespace caisson
