// SPDX-License-Identifier: LGPL-2.1-or-later
// What can only be seen over all definitions: names and units that meet, dependencies on what is
// not there or has errors, cycles.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/definition.h"
#include "core/pod.h"
#include "core/spec.h"

namespace caisson {

struct DeclaredContainer {
    std::size_t definition;  // its index
    ContainerSpec spec;
    std::string service;                        // "web.service", "web@.service" of a template
    std::vector<std::string> dependency_units;  // for spec.dependencies, filled by check_set()
    bool is_awaited = false;  // others start when it has completed; filled by check_set()
    bool shadows = false;  // a unit of others has the name: even a failing unit of ours would harm
};

// All definitions of a host. The order is by path, so that nothing depends on that of reading.
struct DefinitionSet {
    std::vector<Definition> definitions;
    std::vector<DeclaredContainer> containers;
    std::vector<DeclaredPod> pods;
};

// Adds to the diagnostics of the definitions. An error in a definition is one in all that name it,
// and in all that require those, at any distance.
void check_set(DefinitionSet& set, const std::map<std::string, std::string>& foreign_units);

}  // namespace caisson
