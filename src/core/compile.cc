// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/compile.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/parallel.h"
#include "core/graph.h"
#include "core/names.h"
#include "core/parse.h"
#include "core/planner.h"
#include "core/reading.h"
#include "core/service.h"
#include "core/unit.h"
#include "core/validate.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace caisson {
namespace {

// Of a small definition, read or compiled; larger ones fetch the rest page by page.
constexpr std::size_t usual_memory = 4096;

std::string hash_of(std::string_view content) {
    constexpr std::string_view hex_digits = "0123456789abcdef";
    std::uint64_t hash = XXH3_64bits(content.data(), content.size());
    std::string text(16, '0');
    for (std::size_t i = text.size(); i > 0; --i, hash >>= 4)
        text[i - 1] = hex_digits[hash & 15];
    return text;
}

std::string service_name(const ContainerSpec& spec) {
    const std::string suffix = spec.is_template ? "@.service" : ".service";
    // It becomes a file's name, also where the definition is refused.
    if (spec.unit_name && !check_resource_name(spec.unit_name->value))
        return spec.unit_name->value + suffix;
    return spec.is_template ? spec.name + ".service" : spec.name + suffix;
}

// Of a container or a template.
Complaint check_name(std::string_view name) {
    if (name.ends_with("@"))
        name.remove_suffix(1);
    return check_resource_name(name);
}

// What one file says, found without a look at any other.
struct ReadDefinition {
    Definition definition;
    std::vector<DeclaredContainer> containers;
};

ReadDefinition read_source(const SourceFile& source, const HostDefaults& defaults,
                           std::size_t index) {
    ReadDefinition read{read_definition(source, defaults), {}};
    for (Resource& resource : read.definition.resources) {
        if (resource.kind != "container")
            continue;
        // Each on its own, so that "missing" is asked of this container alone.
        Diagnostics found;
        ContainerSpec spec = parse_container(resource, source, found);
        if (found.size() <= most_diagnostics)
            validate(spec, found);
        std::move(found.begin(), found.end(), std::back_inserter(read.definition.diagnostics));
        // The Spec has all of it. What is kept of a thousand is fetched page by page.
        resource.table = Node{};
        std::string service = service_name(spec);
        read.containers.push_back({index, std::move(spec), std::move(service), {}, false});
    }
    return read;
}

DefinitionSet read_definitions(const CompileInput& input) {
    const HostDefaults defaults =
        input.host_defaults ? read_host_defaults(*input.host_defaults) : HostDefaults{};
    std::vector<const SourceFile*> sources;
    for (const SourceFile& source : input.definitions)
        sources.push_back(&source);
    std::sort(sources.begin(), sources.end(),
              [](const SourceFile* a, const SourceFile* b) { return a->path < b->path; });
    std::vector<ReadDefinition> all(sources.size());
    parallel_for(
        all.size(), [&](std::size_t i) { all[i] = read_source(*sources[i], defaults, i); },
        usual_memory);

    DefinitionSet set;
    set.definitions.reserve(all.size());
    set.containers.reserve(all.size());
    for (ReadDefinition& read : all) {
        set.definitions.push_back(std::move(read.definition));
        std::move(read.containers.begin(), read.containers.end(),
                  std::back_inserter(set.containers));
    }
    return set;
}

class Output {
public:
    explicit Output(const CompileInput& input) : input_(input) {}

    void add_definition(Definition& definition,
                        const std::vector<const DeclaredContainer*>& containers) {
        sort(definition.diagnostics);
        if (!definition.diagnostics.empty())
            add_failures(definition, containers);
        else
            for (const DeclaredContainer* container : containers)
                add_container(*container);
    }

    // What others have made of their definitions.
    void join(std::vector<Output> others) {
        output_.files.reserve(4 * others.size());
        output_.containers.reserve(others.size());
        for (Output& other : others) {
            std::move(other.output_.files.begin(), other.output_.files.end(),
                      std::back_inserter(output_.files));
            std::move(other.output_.containers.begin(), other.output_.containers.end(),
                      std::back_inserter(output_.containers));
            unnamed_.insert(unnamed_.end(), other.unnamed_.begin(), other.unnamed_.end());
            services_.merge(other.services_);
        }
    }

    // What could not be read far enough to know its containers has one, named after the file,
    // unless something else has that name.
    void add_unnamed_failures() {
        for (const Definition* definition : unnamed_) {
            const SourceFile& source = *definition->source;
            const std::string service = source.name + ".service";
            const bool has_unit = !input_.foreign_units.contains(service);
            if (check_name(source.name) || !services_.insert(service).second)
                continue;
            if (has_unit)
                add_failure({source.name, service, source.path}, definition->diagnostics,
                            definition->is_template ? std::vector<OutputFile>{}
                                                    : default_links_for(service));
            output_.containers.push_back({source.name,
                                          source.path,
                                          service,
                                          std::nullopt,
                                          {},
                                          definition->diagnostics,
                                          has_unit});
        }
    }

    void add_removed() {
        for (const std::string& name : input_.running) {
            const std::string service = name + ".service";
            const std::string of_template = name.substr(0, name.find('@') + 1) + ".service";
            const bool is_taken = services_.contains(service) || services_.contains(of_template) ||
                                  input_.foreign_units.contains(service);
            if (is_taken || check_name(name.substr(0, name.find('@'))))
                continue;
            const std::string report =
                name + ": its definition is gone; declare it again, then run: systemctl "
                       "daemon-reload\n";
            add_failing_service({name, service, {}}, report);
        }
    }

    CompileOutput take(DefinitionSet& set) && {
        for (Definition& definition : set.definitions)
            std::move(definition.diagnostics.begin(), definition.diagnostics.end(),
                      std::back_inserter(output_.diagnostics));
        sort(output_.diagnostics);
        // Two with one name, both in error, have one unit.
        std::stable_sort(output_.files.begin(), output_.files.end(), by_path);
        const auto end =
            std::unique(output_.files.begin(), output_.files.end(),
                        [](const OutputFile& a, const OutputFile& b) { return a.path == b.path; });
        output_.files.erase(end, output_.files.end());
        // They mostly come so, and are large.
        const auto by_name = [](const CompiledContainer& a, const CompiledContainer& b) {
            return std::tie(a.name, a.definition) < std::tie(b.name, b.definition);
        };
        if (!std::is_sorted(output_.containers.begin(), output_.containers.end(), by_name))
            std::stable_sort(output_.containers.begin(), output_.containers.end(), by_name);
        return std::move(output_);
    }

private:
    void add_container(const DeclaredContainer& container) {
        const ContainerSpec& spec = container.spec;
        services_.insert(container.service);
        Plan plan = plan_for(spec, container.service);
        std::string encoded = encode(plan);
        std::string path = "caisson/" + spec.name + "." + hash_of(encoded) + ".json";
        std::string plan_path = absolute(path);
        const Unit service = service_for(container, plan, input_.runtime, plan_path);
        add(container.service, render(service), OutputFile::Kind::Unit);
        add(std::move(path), std::move(encoded), OutputFile::Kind::Plan);
        if (Unit scope = scope_drop_in_for(container); !scope.sections.empty())
            add(scope.name, render(scope), OutputFile::Kind::Unit);
        add_links(links_for(container));
        output_.containers.push_back({spec.name,
                                      std::string(spec.definition),
                                      container.service,
                                      std::move(plan),
                                      std::move(plan_path),
                                      {}});
    }

    // Every unit of a definition with errors fails, with all errors of the file: what belongs
    // together is installed, and refused, together.
    void add_failures(const Definition& definition,
                      const std::vector<const DeclaredContainer*>& containers) {
        for (const DeclaredContainer* container : containers) {
            const std::string& name = container->spec.name;
            // An alias may be what is wrong.
            std::vector<OutputFile> links = links_for(*container);
            std::erase_if(links, [](const OutputFile& link) {
                return link.path.find('/') == std::string::npos;
            });
            const bool has_unit = !container->shadows && !check_name(name);
            if (has_unit)
                add_failure({name, container->service, definition.source->path},
                            definition.diagnostics, std::move(links));
            output_.containers.push_back({name,
                                          definition.source->path,
                                          container->service,
                                          std::nullopt,
                                          {},
                                          definition.diagnostics,
                                          has_unit});
        }
        if (containers.empty())
            unnamed_.push_back(&definition);
    }

    static bool by_path(const OutputFile& a, const OutputFile& b) { return a.path < b.path; }

    std::string absolute(std::string_view path) const {
        // The plans' own directory is named for the runtime; below the output it is "caisson".
        return input_.plan_directory + std::string(path.substr(path.find('/')));
    }

    void add(std::string path, std::string content, OutputFile::Kind kind) {
        output_.files.push_back({std::move(path), std::move(content), kind});
    }

    void add_links(std::vector<OutputFile> links) {
        std::move(links.begin(), links.end(), std::back_inserter(output_.files));
    }

    void add_failure(const Failure& failure, const Diagnostics& diagnostics,
                     std::vector<OutputFile> links) {
        std::string report = failure.definition +
                             (diagnostics.size() == 1 ? " has an error" : " has errors") +
                             "; correct it, then run: systemctl daemon-reload\n";
        for (const Diagnostic& diagnostic : diagnostics)
            report += format(diagnostic) + "\n";
        add_failing_service(failure, std::move(report));
        add_links(std::move(links));
    }

    void add_failing_service(const Failure& failure, std::string report) {
        std::string path = "caisson/" + failure.name + "." + hash_of(report) + ".errors";
        const Unit unit = failing_service_for(failure, input_.runtime, absolute(path));
        add(failure.service, render(unit), OutputFile::Kind::Unit);
        add(std::move(path), std::move(report), OutputFile::Kind::Plan);
        services_.insert(failure.service);
    }

    const CompileInput& input_;
    CompileOutput output_;
    std::vector<const Definition*> unnamed_;
    std::set<std::string> services_;
};

}  // namespace

CompileOutput compile(const CompileInput& input) {
    DefinitionSet set = read_definitions(input);
    check_set(set, input.foreign_units);
    // Beyond this point nothing is found wrong any more.

    std::vector<std::vector<const DeclaredContainer*>> containers_of(set.definitions.size());
    for (const DeclaredContainer& container : set.containers)
        containers_of[container.definition].push_back(&container);
    std::vector<Output> outputs(set.definitions.size(), Output(input));
    parallel_for(
        outputs.size(),
        [&](std::size_t i) { outputs[i].add_definition(set.definitions[i], containers_of[i]); },
        usual_memory);
    Output output(input);
    output.join(std::move(outputs));
    output.add_unnamed_failures();
    output.add_removed();
    return std::move(output).take(set);
}

}  // namespace caisson
