// SPDX-License-Identifier: LGPL-2.1-or-later
// A definition file with its drop-ins and the host's defaults, as the resources that it defines.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/compile.h"
#include "core/document.h"

namespace caisson {

struct Resource {
    std::string kind;  // "container", "pod", "network", "volume", "image"
    std::string name;  // "web", "web@" for a template
    Position at;       // of the table's header
    bool is_named;     // written as [[container]] with a name
    Node table;        // merged; meaningless where the kind is not implemented yet
};

// The [container] of /etc/caisson.toml.
struct HostDefaults {
    std::string_view file;  // its path; empty when there is none
    Node::Table container;
    Diagnostics diagnostics;  // of every definition, since every one rests on the defaults
};

struct Definition {
    const SourceFile* source = nullptr;
    bool is_template = false;
    std::vector<Resource> resources;
    Diagnostics diagnostics;
};

HostDefaults read_host_defaults(const SourceFile& source);

Definition read_definition(const SourceFile& source, const HostDefaults& defaults);

}  // namespace caisson
