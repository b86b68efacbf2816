// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/definition_set.h"

#include <algorithm>
#include <utility>

#include "base/parallel.h"
#include "core/names.h"
#include "core/parse.h"
#include "core/reading.h"
#include "core/validate.h"

namespace caisson {
namespace {

std::string service_name(const ContainerSpec& spec) {
    const std::string suffix = spec.is_template ? "@.service" : ".service";
    // It becomes a file's name, also where the definition is refused.
    if (spec.unit_name && !check_resource_name(spec.unit_name->value))
        return spec.unit_name->value + suffix;
    return spec.is_template ? spec.name + ".service" : spec.name + suffix;
}

// What one file says, found without a look at any other.
struct ReadDefinition {
    Definition definition;
    std::vector<DeclaredContainer> containers;
    std::vector<DeclaredPod> pods;
    std::vector<Diagnostics> found;  // of each container, so that "missing" is asked of it alone
};

ReadDefinition read_source(const SourceFile& source, const HostDefaults& defaults,
                           std::size_t index) {
    ReadDefinition read{read_definition(source, defaults), {}, {}, {}};
    for (Resource& resource : read.definition.resources) {
        if (resource.kind == "container") {
            ContainerSpec spec = parse_container(resource, source, read.found.emplace_back());
            std::string service = service_name(spec);
            read.containers.push_back({index, std::move(spec), std::move(service), {}});
        } else if (resource.kind == "pod") {
            PodSpec pod = parse_pod(resource, source, read.definition.diagnostics);
            validate(pod, read.definition.diagnostics);
            read.pods.push_back({index, std::move(pod)});
        }
        // The Spec has all of it. What is kept of a thousand is fetched page by page.
        resource.table = Node{};
    }
    return read;
}

// With the pods that its containers join, which any file may define.
void validate_containers(ReadDefinition& read, const std::vector<DeclaredPod>& pods) {
    for (std::size_t i = 0; i < read.containers.size(); ++i) {
        Diagnostics& found = read.found[i];
        ContainerSpec& spec = read.containers[i].spec;
        join_pod(spec, pods, found);
        if (found.size() <= most_diagnostics)
            validate(spec, found);
        std::move(found.begin(), found.end(), std::back_inserter(read.definition.diagnostics));
    }
}

}  // namespace

DefinitionSet read_definitions(const CompileInput& input) {
    const HostDefaults defaults =
        input.host_defaults ? read_host_defaults(*input.host_defaults) : HostDefaults{};
    std::vector<const SourceFile*> sources;
    for (const SourceFile& source : input.definitions)
        sources.push_back(&source);
    std::sort(sources.begin(), sources.end(),
              [](const SourceFile* a, const SourceFile* b) { return a->path < b->path; });
    std::vector<ReadDefinition> all(sources.size());
    parallel_for(all.size(),
                 [&](std::size_t i) { all[i] = read_source(*sources[i], defaults, i); });

    DefinitionSet set;
    for (ReadDefinition& read : all)
        std::move(read.pods.begin(), read.pods.end(), std::back_inserter(set.pods));
    parallel_for(all.size(), [&](std::size_t i) { validate_containers(all[i], set.pods); });
    set.definitions.reserve(all.size());
    set.containers.reserve(all.size());
    for (ReadDefinition& read : all) {
        set.definitions.push_back(std::move(read.definition));
        std::move(read.containers.begin(), read.containers.end(),
                  std::back_inserter(set.containers));
    }
    return set;
}

}  // namespace caisson
