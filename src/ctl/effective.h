// SPDX-License-Identifier: LGPL-2.1-or-later
// A container's definition as one document: drop-ins and the host's defaults merged, every default
// spelled out. It is a definition again, of the same container.
#pragma once

#include <string>

#include "core/document.h"
#include "ctl/inventory.h"

namespace caisson {

// Of `target`, whose definition has no errors. What an instance's name decides is expanded.
std::string effective(const Target& target, const CompileInput& input);

// The same of a pod.
std::string effective(const CompiledPod& pod, const CompileInput& input);

// The table as TOML, its keys in the order of the table of keys.
std::string render_definition(const Node::Table& container);

}  // namespace caisson
