// SPDX-License-Identifier: LGPL-2.1-or-later
// Names that must be one resource's alone: of definitions, and of the units that they become.
#pragma once

#include <map>
#include <string>

#include "core/definition_set.h"

namespace caisson {

// Adds to the diagnostics of the definitions. `foreign_units`: see CompileInput.
void check_unit_names(DefinitionSet& set, const std::map<std::string, std::string>& foreign_units);

}  // namespace caisson
