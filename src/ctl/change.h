// SPDX-License-Identifier: LGPL-2.1-or-later
// How far what systemd has loaded, and what runs, are from the definition on disk.
#pragma once

#include <string_view>
#include <unordered_map>

#include "ctl/observation.h"

namespace caisson {

using FilesByPath = std::unordered_map<std::string_view, const OutputFile*>;

// Expects `seen` to have its state and its expanded plan.
Change change_of(const Observation& seen, const FilesByPath& files, const Places& places);

// Whether systemd can bring `running` to what `defined` says only by a restart. Limits of a scope
// are in force as soon as it has reloaded its drop-ins.
bool needs_restart(Plan running, Plan defined);

}  // namespace caisson
