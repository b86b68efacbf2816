// SPDX-License-Identifier: LGPL-2.1-or-later
// The part of an OCI runtime configuration that a plan holds in another form.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "core/plan.h"

namespace caisson {

// `linux.seccomp`: the filter, spelled out. That of a profile is in a file of the host, which the
// core does not read.
nlohmann::ordered_json oci_seccomp(const Plan& plan);

}  // namespace caisson
