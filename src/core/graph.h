// SPDX-License-Identifier: LGPL-2.1-or-later
// What can only be seen over all definitions: names and units that meet, dependencies on what is
// not there or has errors, cycles.
#pragma once

#include <map>
#include <string>

#include "core/definition_set.h"

namespace caisson {

// Adds to the diagnostics of the definitions. An error in a definition is one in all that name it,
// and in all that require those, at any distance.
void check_set(DefinitionSet& set, const std::map<std::string, std::string>& foreign_units);

}  // namespace caisson
