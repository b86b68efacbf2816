// SPDX-License-Identifier: LGPL-2.1-or-later
// All definitions of a host, read: what each file says, and what each resource says that it
// defines.
#pragma once

#include <string>
#include <vector>

#include "core/compile.h"
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

// Reads and validates each on its own. What can only be seen over all of them is graph.h's.
DefinitionSet read_definitions(const CompileInput& input);

}  // namespace caisson
