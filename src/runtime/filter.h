// SPDX-License-Identifier: LGPL-2.1-or-later
// The system call filter of a container: chosen by the plan at the start, and kept as a file while
// the container runs, so that exec has the one that the payload has, whatever became since of the
// profile's file or of this program.
#pragma once

#include <optional>
#include <string>

#include "core/plan.h"
#include "kernel/seccomp.h"

namespace caisson {

// For the start. Nothing when the plan wants none.
Result<std::optional<SeccompFilter>> payload_filter(const Plan& plan);

// For exec: what payload_filter() returned for the container that runs. `plan` is its own.
Result<std::optional<SeccompFilter>> running_filter(const Plan& plan);

std::string running_filter_path(const std::string& name);

}  // namespace caisson
