// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the generator's output goes: units, plans and links below one directory, each whole or not
// there at all.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "core/compile.h"

namespace caisson {

// Creates the directories it needs below `directory`, which must exist. Stops at the first failure;
// what was written until then stays and is complete. Nothing is synced: it is /run.
Result<void> write_units(const std::string& directory, const std::vector<OutputFile>& files);

}  // namespace caisson
