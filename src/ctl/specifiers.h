// SPDX-License-Identifier: LGPL-2.1-or-later
// What the specifiers in a plan stand for, as far as this host can tell before a start: once a
// container runs, its state says what they were.
#pragma once

#include "core/specifier.h"
#include "ctl/inventory.h"

namespace caisson {

SpecifierValues specifiers_of(const Target& target);

}  // namespace caisson
