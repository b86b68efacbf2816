// SPDX-License-Identifier: LGPL-2.1-or-later
// The coloured mark that systemctl puts before a unit, and the colour of its state.
#pragma once

#include "ctl/observation.h"
#include "ctl/table.h"

namespace caisson {

Cell state_dot(const Observation& seen, const Style& style);

}  // namespace caisson
