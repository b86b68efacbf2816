// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/parse.h"

#include "core/reading.h"

namespace caisson {

ContainerSpec parse_container(const Resource& resource, const SourceFile& source,
                              Diagnostics& diagnostics) {
    ContainerSpec spec;
    spec.name = resource.name;
    spec.is_template = resource.name.ends_with("@");
    spec.definition = source.path;
    spec.at = resource.at;
    Reading reading{spec, diagnostics};
    const Key& container = *find_key(keys_of(""), "container");
    read_members(reading, container.name, container, resource.table);
    if (const Member* image = find_member(*resource.table.as<Node::Table>(), "image"))
        spec.image_at = image->at;
    // Whose namespace is joined must run.
    const NamespacesSpec& joined = spec.namespaces;
    for (const auto& [given, key] :
         {std::pair{&joined.pid, "namespaces.pid"},
          std::pair{&joined.network, "namespaces.network"},
          std::pair{&joined.uts, "namespaces.uts"}, std::pair{&joined.ipc, "namespaces.ipc"},
          std::pair{&joined.cgroup, "namespaces.cgroup"},
          std::pair{&joined.time, "namespaces.time"}})
        if (*given && (*given)->value.mode == NamespaceMode::Container &&
            (*given)->value.target != spec.name)
            for (const DependencyKind kind : {DependencyKind::After, DependencyKind::BindsTo})
                spec.dependencies.push_back({kind, (*given)->value.target, (*given)->at, key});
    return spec;
}

}  // namespace caisson
