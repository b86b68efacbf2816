// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/reference.h"

namespace caisson {

std::string key_of(const Dependency& dependency) {
    return "container." +
           std::string(dependency.key.empty() ? key_of(dependency.kind) : dependency.key);
}

bool is_requirement(const Dependency& dependency) {
    return dependency.kind == DependencyKind::Requires ||
           dependency.kind == DependencyKind::BindsTo;
}

void spread_errors(DefinitionSet& set, const std::vector<Reference>& references) {
    std::vector<std::size_t> broken;
    for (std::size_t i = 0; i < set.definitions.size(); ++i)
        if (!set.definitions[i].diagnostics.empty())
            broken.push_back(i);
    const std::size_t own = broken.size();
    std::vector<std::vector<const Reference*>> named_by(set.definitions.size());
    for (const Reference& reference : references)
        if (set.containers[reference.from].definition != reference.definition)
            named_by[reference.definition].push_back(&reference);
    for (std::size_t i = 0; i < broken.size(); ++i)
        for (const Reference* reference : named_by[broken[i]]) {
            const Dependency& dependency = *reference->dependency;
            if (i >= own && !is_requirement(dependency))
                continue;
            const std::size_t dependent = set.containers[reference->from].definition;
            Diagnostics& diagnostics = set.definitions[dependent].diagnostics;
            if (diagnostics.empty())
                broken.push_back(dependent);
            diagnostics.push_back(
                {dependency.at, key_of(dependency),
                 std::string(reference->name) + " (" + format(reference->at) + ") has errors"});
        }
}

}  // namespace caisson
