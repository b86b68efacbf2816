// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/compile.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/parallel.h"
#include "core/definition_set.h"
#include "core/graph.h"
#include "core/names.h"
#include "core/planner.h"
#include "core/service.h"
#include "core/socket.h"
#include "core/unit.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace caisson {
namespace {

std::string hash_of(std::string_view content) {
    constexpr std::string_view hex_digits = "0123456789abcdef";
    std::uint64_t hash = XXH3_64bits(content.data(), content.size());
    std::string text(16, '0');
    for (std::size_t i = text.size(); i > 0; --i, hash >>= 4)
        text[i - 1] = hex_digits[hash & 15];
    return text;
}

// Of a container or a template.
Complaint check_name(std::string_view name) {
    if (name.ends_with("@"))
        name.remove_suffix(1);
    return check_resource_name(name);
}

class Output {
public:
    explicit Output(const CompileInput& input) : input_(input) {}

    void add_definition(Definition& definition,
                        const std::vector<const DeclaredContainer*>& containers,
                        const std::vector<const PodSpec*>& pods) {
        sort(definition.diagnostics);
        if (!definition.diagnostics.empty())
            return add_failures(definition, containers, pods);
        for (const DeclaredContainer* container : containers)
            add_container(*container);
        for (const PodSpec* pod : pods)
            add_pod(*pod);
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
            std::move(other.output_.pods.begin(), other.output_.pods.end(),
                      std::back_inserter(output_.pods));
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
        std::stable_sort(
            output_.pods.begin(), output_.pods.end(),
            [](const CompiledPod& a, const CompiledPod& b) { return a.name < b.name; });
        return std::move(output_);
    }

private:
    void add_container(const DeclaredContainer& container) {
        const ContainerSpec& spec = container.spec;
        services_.insert(container.service);
        Plan plan = plan_for(container);
        std::string encoded = encode(plan);
        std::string path = "caisson/" + spec.name + "." + hash_of(encoded) + ".json";
        std::string plan_path = absolute(path);
        const Unit service = service_for(container, plan, input_.runtime, plan_path);
        add(container.service, render(service), OutputFile::Kind::Unit);
        add(std::move(path), std::move(encoded), OutputFile::Kind::Plan);
        for (const Unit& unit : {scope_drop_in_for(container), socket_for(container)})
            if (!unit.sections.empty())
                add(unit.name, render(unit), OutputFile::Kind::Unit);
        add_links(links_for(container));
        output_.containers.push_back({spec.name,
                                      std::string(spec.definition),
                                      container.service,
                                      std::move(plan),
                                      std::move(plan_path),
                                      {}});
    }

    void add_pod(const PodSpec& pod) {
        for (const Unit& unit : {slice_for(pod), service_for(pod, input_.runtime)})
            if (!unit.sections.empty())
                add(unit.name, render(unit), OutputFile::Kind::Unit);
        services_.insert(pod_service(pod.name));
        if (!pod.autostart || pod.autostart->value)
            add_links(default_links_for(pod_slice(pod.name)));
        output_.pods.push_back({pod.name, std::string(pod.definition), pod_slice(pod.name), {}});
    }

    // Its containers fail, too. A slice cannot: it has nothing to run.
    void add_failed_pod(const Definition& definition, const PodSpec& pod) {
        const std::string service = pod_service(pod.name);
        const bool has_unit = !check_name(pod.name) && !input_.foreign_units.contains(service);
        if (has_unit)
            add_failure({.name = pod.name,
                         .service = service,
                         .definition = definition.source->path,
                         .is_pod = true},
                        definition.diagnostics, {});
        output_.pods.push_back(
            {pod.name, definition.source->path, pod_slice(pod.name), definition.diagnostics});
    }

    // Every unit of a definition with errors fails, with all errors of the file: what belongs
    // together is installed, and refused, together.
    void add_failures(const Definition& definition,
                      const std::vector<const DeclaredContainer*>& containers,
                      const std::vector<const PodSpec*>& pods) {
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
        for (const PodSpec* pod : pods)
            add_failed_pod(definition, *pod);
        if (containers.empty() && pods.empty())
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
        std::string path = "caisson/" + failure.name + (failure.is_pod ? "-pod." : ".") +
                           hash_of(report) + ".errors";
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
    std::vector<std::vector<const PodSpec*>> pods_of(set.definitions.size());
    for (const DeclaredPod& pod : set.pods)
        pods_of[pod.definition].push_back(&pod.spec);
    std::vector<Output> outputs(set.definitions.size(), Output(input));
    parallel_for(outputs.size(), [&](std::size_t i) {
        outputs[i].add_definition(set.definitions[i], containers_of[i], pods_of[i]);
    });
    Output output(input);
    output.join(std::move(outputs));
    output.add_unnamed_failures();
    output.add_removed();
    return std::move(output).take(set);
}

}  // namespace caisson
