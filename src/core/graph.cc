// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/graph.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "core/cycles.h"
#include "core/keys.h"
#include "core/names.h"
#include "core/reference.h"
#include "core/unit_names.h"

namespace caisson {
namespace {

constexpr std::size_t most_steps_shown = 8;
constexpr int most_suggestions = 20;  // each looks through all names

using UnitPaths = std::map<std::string, std::string>;

// A dependency of one container on another that is defined here.
struct Edge {
    std::size_t from;
    std::size_t to;
    const Dependency* dependency;
};

// What a name stands for that is no container.
struct Other {
    std::string_view kind;  // empty: of a file that could not be read far enough to know
    std::size_t definition;
    Position at;
};

class Check {
public:
    Check(DefinitionSet& set, const UnitPaths& foreign_units)
        : set_(set), foreign_units_(foreign_units) {}

    void index() {
        for (std::size_t i = 0; i < set_.containers.size(); ++i) {
            by_name_.emplace(set_.containers[i].spec.name, i);
            by_unit_.emplace(set_.containers[i].service, i);
        }
        for (std::size_t i = 0; i < set_.definitions.size(); ++i) {
            const Definition& definition = set_.definitions[i];
            for (const Resource& resource : definition.resources)
                if (resource.kind != "container")
                    others_.emplace(resource.name, Other{resource.kind, i, resource.at});
            if (definition.resources.empty())
                others_.emplace(definition.source->name, Other{{}, i, {definition.source->path}});
        }
    }

    // A name becomes a unit's name; a dependency between two definitions becomes an edge.
    void dependencies() {
        for (std::size_t i = 0; i < set_.containers.size(); ++i) {
            DeclaredContainer& container = set_.containers[i];
            for (const Dependency& dependency : container.spec.dependencies) {
                std::optional<std::size_t> target;
                container.dependency_units.push_back(resolve(container, dependency, target));
                if (target)
                    edges_.push_back({i, *target, &dependency});
                if (dependency.kind == DependencyKind::Requires)
                    condition(container, dependency, target);
            }
        }
    }

    void ordering_cycles() {
        std::vector<Edge> ordering;
        for (const Edge& edge : edges_) {
            if (edge.dependency->kind == DependencyKind::After)
                ordering.push_back(edge);
            else if (edge.dependency->kind == DependencyKind::Before)
                ordering.push_back({edge.to, edge.from, edge.dependency});
        }
        cycles(ordering, "ordering");
    }

    void requirement_cycles() {
        std::vector<Edge> requirements;
        std::copy_if(edges_.begin(), edges_.end(), std::back_inserter(requirements),
                     [](const Edge& edge) { return is_requirement(*edge.dependency); });
        cycles(requirements, "requirement");
    }

    void dependencies_with_errors() {
        const auto is_sound = [](const Definition& definition) {
            return definition.diagnostics.empty();
        };
        if (std::all_of(set_.definitions.begin(), set_.definitions.end(), is_sound))
            return;
        for (const Edge& edge : edges_) {
            // Whoever reads of a cycle need not be told that its members have errors.
            if (cyclic_.contains(std::minmax(edge.from, edge.to)))
                continue;
            const ContainerSpec& to = set_.containers[edge.to].spec;
            references_.push_back(
                {edge.from, edge.dependency, definition_of(edge.to), to.name, to.at});
        }
        spread_errors(set_, references_);
    }

private:
    using Index = std::unordered_map<std::string, std::size_t>;

    void complain(std::size_t definition, const Position& at, std::string key,
                  std::string message) {
        set_.definitions[definition].diagnostics.push_back(
            {at, std::move(key), std::move(message)});
    }

    // What requires_healthy and requires_completed ask of the other.
    void condition(const DeclaredContainer& container, const Dependency& dependency,
                   std::optional<std::size_t> target) {
        const bool needs_health = dependency.key == "requires_healthy";
        if (!needs_health && dependency.key != "requires_completed")
            return;
        const auto complain_of = [&](const std::string& message) {
            complain(container.definition, dependency.at, key_of(dependency), message);
        };
        if (!target) {
            // An unknown name has been complained about.
            if (find_other(dependency.name) != nullptr)
                complain_of(quoted(dependency.name) + " is no container");
            return;
        }
        DeclaredContainer& other = set_.containers[*target];
        if (needs_health) {
            if (!other.spec.health_at)
                complain_of(place_of(*target) + " has no container.health");
            return;
        }
        const Given<std::string>& restart = other.spec.restart;
        if (other.spec.ready)
            complain_of(place_of(*target) + " says when it is ready (" +
                        format(other.spec.ready->at) + "), but it has to run to its end");
        // systemd refuses such a oneshot service.
        else if (restart && (restart->value == "always" || restart->value == "on-success"))
            complain_of(place_of(*target) + " never completes: restart is " +
                        quoted(restart->value) + " (" + format(restart->at) + ")");
        else
            other.is_awaited = true;
    }

    std::size_t definition_of(std::size_t container) const {
        return set_.containers[container].definition;
    }

    std::string place_of(std::size_t index) const {
        const ContainerSpec& spec = set_.containers[index].spec;
        return spec.name + " (" + format(spec.at) + ")";
    }

    std::string resolve(const DeclaredContainer& container, const Dependency& dependency,
                        std::optional<std::size_t>& target) {
        const std::string& name = dependency.name;
        const std::size_t at_sign = name.find('@');
        if (dependency.key == "pod")
            return resolve_pod(container, dependency);
        if (has_unit_suffix(name)) {
            target = find_unit(container, dependency);
            return name;
        }
        target = find(by_name_, name);
        if (target && at_sign == std::string::npos)
            return set_.containers[*target].service;
        if (at_sign != std::string::npos && at_sign + 1 < name.size()) {
            target = find(by_name_, name.substr(0, at_sign + 1));
            if (target) {
                std::string unit = set_.containers[*target].service;
                unit.insert(unit.size() - std::string_view(".service").size(),
                            name.substr(at_sign + 1));
                if (Complaint wrong = check_unit_name(unit))
                    complain(container.definition, dependency.at, key_of(dependency), *wrong);
                return unit;
            }
        }
        if (const auto* other = find_other(name)) {
            refer(container, dependency, *other);
            return unit_of(name, other->second.kind);
        }
        complain(container.definition, dependency.at, key_of(dependency), explain(name, target));
        return name;
    }

    // What a container that joins a pod comes after and is bound to.
    std::string resolve_pod(const DeclaredContainer& container, const Dependency& dependency) {
        for (const DeclaredPod& pod : set_.pods)
            if (pod.spec.name == dependency.name) {
                const auto from = static_cast<std::size_t>(&container - set_.containers.data());
                references_.push_back(
                    {from, &dependency, pod.definition, pod.spec.name, pod.spec.at});
                if (shared_namespaces(pod.spec).empty())
                    return pod_slice(pod.spec.name);
            }
        return pod_service(dependency.name);
    }

    // The container whose unit it is. A unit of others is theirs, whatever is defined beside it.
    std::optional<std::size_t> find_unit(const DeclaredContainer& container,
                                         const Dependency& dependency) {
        const std::string_view name = dependency.name;
        const std::string own = std::string(name.substr(0, name.find('@') + 1)) + ".service";
        const bool is_instance = own.size() > std::string_view(".service").size();
        if (foreign_units_.contains(dependency.name) || foreign_units_.contains(own))
            return std::nullopt;
        std::optional<std::size_t> target = find(by_unit_, dependency.name);
        if (!target && is_instance)
            target = find(by_unit_, own);
        if (!target && name.ends_with(".service"))
            if (const auto* other = find_other(name.substr(0, name.rfind('.')));
                other != nullptr && other->second.kind.empty())
                refer(container, dependency, *other);
        return target;
    }

    static std::string unit_of(const std::string& name, std::string_view kind) {
        if (kind == "pod")
            return pod_slice(name);
        return name + (kind.empty() ? "" : "-" + std::string(kind)) + ".service";
    }

    using Others = std::unordered_map<std::string_view, Other>;

    // What `name`, or the template that it is an instance of, stands for besides containers.
    const Others::value_type* find_other(std::string_view name) const {
        auto other = others_.find(name);
        if (const std::size_t at_sign = name.find('@');
            other == others_.end() && at_sign != name.npos)
            other = others_.find(name.substr(0, at_sign + 1));
        return other == others_.end() ? nullptr : &*other;
    }

    void refer(const DeclaredContainer& container, const Dependency& dependency,
               const Others::value_type& other) {
        const auto from = static_cast<std::size_t>(&container - set_.containers.data());
        references_.push_back(
            {from, &dependency, other.second.definition, other.first, other.second.at});
    }

    std::string explain(const std::string& name, const std::optional<std::size_t>& target) {
        if (target)
            return quoted(name) + " is a template; name an instance, " + quoted(name + "INSTANCE");
        std::string message = "no definition is named " + quoted(name);
        std::optional<std::string_view> nearest;
        if (suggestions_++ < most_suggestions) {
            std::vector<std::string_view> names;
            for (const DeclaredContainer& other : set_.containers)
                names.push_back(other.spec.name);
            nearest = find_nearest(name, names);
        }
        if (nearest)
            return message + "; did you mean " + quoted(*nearest) + "?";
        return message + "; a unit of others has a suffix, " + quoted(name + ".service");
    }

    static std::optional<std::size_t> find(const Index& index, const std::string& name) {
        const auto found = index.find(name);
        return found == index.end() ? std::nullopt : std::optional(found->second);
    }

    void cycles(const std::vector<Edge>& edges, std::string_view noun) {
        Graph graph(set_.containers.size());
        std::vector<std::vector<const Edge*>> leaving(set_.containers.size());
        for (const Edge& edge : edges) {
            // Two instances of one template: whether they meet is not to be seen here.
            if (edge.from == edge.to && set_.containers[edge.from].spec.is_template)
                continue;
            graph[edge.from].push_back(edge.to);
            leaving[edge.from].push_back(&edge);
        }
        for (const std::vector<std::size_t>& component : find_cyclic_components(graph))
            complain_cycle(component, leaving, noun);
    }

    void complain_cycle(const std::vector<std::size_t>& component,
                        const std::vector<std::vector<const Edge*>>& leaving,
                        std::string_view noun) {
        const auto is_member = [&](std::size_t index) {
            return std::binary_search(component.begin(), component.end(), index);
        };
        // The first edge of each member that stays inside, and the first that it declares itself.
        std::unordered_map<std::size_t, const Edge*> next;
        std::unordered_map<std::size_t, const Dependency*> declared;
        for (const std::size_t member : component)
            for (const Edge* edge : leaving[member]) {
                if (!is_member(edge->to))
                    continue;
                next.emplace(member, edge);
                cyclic_.insert(std::minmax(edge->from, edge->to));
                const bool is_before = edge->dependency->kind == DependencyKind::Before;
                declared.emplace(is_before ? edge->to : edge->from, edge->dependency);
            }
        const std::string message = std::string(noun) + " cycle: " + describe(component, next);
        for (const std::size_t member : component) {
            const auto own = declared.find(member);
            const bool has_own = own != declared.end();
            complain(definition_of(member),
                     has_own ? own->second->at : set_.containers[member].spec.at,
                     has_own ? key_of(*own->second) : "container", message);
        }
    }

    // Following first edges from any member ends in a cycle.
    std::string describe(const std::vector<std::size_t>& component,
                         const std::unordered_map<std::size_t, const Edge*>& next) const {
        std::unordered_map<std::size_t, std::size_t> visited;
        std::vector<const Edge*> path;
        std::size_t current = component.front();
        while (visited.emplace(current, path.size()).second) {
            path.push_back(next.at(current));
            current = path.back()->to;
        }
        path.erase(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(visited[current]));
        std::string text;
        for (std::size_t i = 0; i < path.size() && i < most_steps_shown; ++i) {
            const Edge& edge = *path[i];
            const bool is_before = edge.dependency->kind == DependencyKind::Before;
            text += i == 0 ? "" : ", ";
            text += set_.containers[is_before ? edge.to : edge.from].spec.name;
            text.append(" ").append(key_of(edge.dependency->kind)).append(" ");
            text += set_.containers[is_before ? edge.from : edge.to].spec.name;
            text += " (" + format(edge.dependency->at) + ")";
        }
        if (path.size() > most_steps_shown)
            text += " and " + std::to_string(path.size() - most_steps_shown) + " more";
        return text;
    }

    DefinitionSet& set_;
    const UnitPaths& foreign_units_;
    Index by_name_;
    Index by_unit_;
    Others others_;
    std::vector<Edge> edges_;
    std::vector<Reference> references_;                     // to what is no container
    std::set<std::pair<std::size_t, std::size_t>> cyclic_;  // neighbours in a cycle
    int suggestions_ = 0;
};

}  // namespace

void check_set(DefinitionSet& set, const std::map<std::string, std::string>& foreign_units) {
    check_unit_names(set, foreign_units);
    Check check(set, foreign_units);
    check.index();
    check.dependencies();
    check.ordering_cycles();
    check.requirement_cycles();
    check.dependencies_with_errors();
}

}  // namespace caisson
