// SPDX-License-Identifier: LGPL-2.1-or-later
// A plan in the words of the definition, with every default spelled out, for people to read.
#pragma once

#include <string>

#include "core/plan.h"

namespace caisson {

std::string effective(const Plan& plan);

}  // namespace caisson
