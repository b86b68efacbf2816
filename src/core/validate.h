// SPDX-License-Identifier: LGPL-2.1-or-later
// What is wrong with one container's Spec: values and their combinations. What concerns several
// definitions is in graph.h.
#pragma once

#include "core/spec.h"

namespace caisson {

void validate(const ContainerSpec& spec, Diagnostics& diagnostics);

}  // namespace caisson
