// SPDX-License-Identifier: LGPL-2.1-or-later
// The ids of a container with a user namespace of its own.
#pragma once

#include <optional>

#include "base/result.h"
#include "core/plan.h"
#include "kernel/user_namespace.h"

namespace caisson {

// Nothing when the container has the host's. An automatic range is claimed at the first start.
Result<std::optional<IdRange>> id_range_for(const Plan& plan);

}  // namespace caisson
