// SPDX-License-Identifier: LGPL-2.1-or-later
// What dependencies name, and what becomes of those who name a definition that has errors.
#pragma once

#include <string_view>
#include <vector>

#include "core/graph.h"

namespace caisson {

// A dependency of a container on something that a definition of this host stands for.
struct Reference {
    std::size_t from;  // a container
    const Dependency* dependency;
    std::size_t definition;  // of what it names
    std::string_view name;
    Position at;
};

// "container.after"
std::string key_of(const Dependency& dependency);

// Whether the one that has it cannot run without the other.
bool is_requirement(const Dependency& dependency);

// What a definition has wrong by itself is an error of all that name it. What it has from others
// goes on to those that require it, at any distance: whatever else names it would only hear of a
// cause that is far away.
void spread_errors(DefinitionSet& set, const std::vector<Reference>& references);

}  // namespace caisson
