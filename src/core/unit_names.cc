// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/unit_names.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "base/text.h"
#include "core/socket.h"

namespace caisson {
namespace {

class Check {
public:
    Check(DefinitionSet& set, const std::map<std::string, std::string>& foreign_units)
        : set_(set), foreign_units_(foreign_units) {}

    void duplicate_names() {
        using Entry = std::tuple<std::string_view, std::string_view, std::size_t, Position>;
        std::vector<Entry> entries;
        for (std::size_t i = 0; i < set_.definitions.size(); ++i)
            for (const Resource& resource : set_.definitions[i].resources)
                entries.emplace_back(resource.kind, resource.name, i, resource.at);
        const auto name_of = [](const Entry& entry) {
            return std::pair(std::get<0>(entry), std::get<1>(entry));
        };
        std::stable_sort(entries.begin(), entries.end(),
                         [&](const Entry& a, const Entry& b) { return name_of(a) < name_of(b); });
        for (std::size_t i = 0; i < entries.size(); ++i) {
            const bool is_first = i == 0 || name_of(entries[i - 1]) != name_of(entries[i]);
            const std::size_t other = is_first ? i + 1 : i - 1;
            if (other >= entries.size() || name_of(entries[other]) != name_of(entries[i]))
                continue;
            const auto& [kind, name, definition, at] = entries[i];
            complain(definition, at, std::string(kind),
                     quoted(name) + " is also defined at " + format(std::get<3>(entries[other])));
        }
    }

    void services() {
        for (std::size_t i = 0; i < set_.containers.size(); ++i) {
            DeclaredContainer& container = set_.containers[i];
            const auto [same, is_new] = by_unit_.emplace(container.service, i);
            if (!is_new && set_.containers[same->second].spec.name != container.spec.name) {
                complain_unit(i, "is also that of " + place_of(same->second));
                complain_unit(same->second, "is also that of " + place_of(i));
            }
            if (const auto foreign = foreign_units_.find(container.service);
                foreign != foreign_units_.end()) {
                container.shadows = true;
                complain_unit(i, "would shadow " + foreign->second +
                                     ", which others installed; set unit_name");
            }
            if (const auto foreign = foreign_units_.find(socket_name(container.service));
                foreign != foreign_units_.end() && !container.spec.sockets.empty())
                complain(container.definition, container.spec.sockets.front().at,
                         "container.socket",
                         "unit " + foreign->first + " would shadow " + foreign->second +
                             ", which others installed; set unit_name");
        }
    }

    // An alias is a unit's name as any other.
    void aliases() {
        Index by_alias;
        for (std::size_t i = 0; i < set_.containers.size(); ++i)
            for (const NamedText& directive : set_.containers[i].spec.install_directives) {
                if (directive.name != "Alias")
                    continue;
                for (const std::string_view alias : split(directive.value, ' '))
                    add_alias(i, directive.at, std::string(alias), by_alias);
            }
    }

    // Their names are units' names as any other. A "-" in a slice's name makes it part of another
    // (systemd.slice(5)).
    void pod_units() {
        for (const DeclaredPod& pod : set_.pods) {
            const std::string& name = pod.spec.name;
            const auto complain_pod = [&](const std::string& message) {
                complain(pod.definition, pod.spec.at, "pod", message);
            };
            for (const std::string& unit : {pod_slice(name), pod_service(name)})
                if (const auto foreign = foreign_units_.find(unit); foreign != foreign_units_.end())
                    complain_pod("unit " + unit + " would shadow " + foreign->second +
                                 ", which others installed");
            if (const auto unit = find(by_unit_, pod_service(name)))
                complain_pod("unit " + pod_service(name) + " is also that of " + place_of(*unit));
            for (const DeclaredPod& other : set_.pods)
                if (name.starts_with(other.spec.name + "-"))
                    complain_pod("its slice would be part of that of pod " + other.spec.name +
                                 " (" + format(other.spec.at) + "); rename one of them");
        }
    }

private:
    using Index = std::unordered_map<std::string, std::size_t>;

    void complain(std::size_t definition, const Position& at, std::string key,
                  std::string message) {
        set_.definitions[definition].diagnostics.push_back(
            {at, std::move(key), std::move(message)});
    }

    void complain_unit(std::size_t index, std::string_view predicate) {
        const DeclaredContainer& container = set_.containers[index];
        const Given<std::string>& unit_name = container.spec.unit_name;
        complain(container.definition, unit_name ? unit_name->at : container.spec.at,
                 unit_name ? "container.unit_name" : "container",
                 "unit " + container.service + " " + std::string(predicate));
    }

    void add_alias(std::size_t index, const Position& at, const std::string& alias,
                   std::unordered_map<std::string, std::size_t>& by_alias) {
        const auto complain_alias = [&](std::string message) {
            complain(definition_of(index), at, "container.systemd.install.Alias",
                     quoted(alias) + " " + std::move(message));
        };
        if (const auto foreign = foreign_units_.find(alias); foreign != foreign_units_.end())
            complain_alias("would shadow " + foreign->second + ", which others installed");
        const auto [same, is_new] = by_alias.emplace(alias, index);
        const std::optional<std::size_t> unit = find(by_unit_, alias);
        if (unit && *unit != index)
            complain_alias("is the unit of " + place_of(*unit));
        else if (!is_new && same->second != index)
            complain_alias("is also an alias of " + place_of(same->second));
    }

    std::size_t definition_of(std::size_t container) const {
        return set_.containers[container].definition;
    }

    std::string place_of(std::size_t index) const {
        const ContainerSpec& spec = set_.containers[index].spec;
        return spec.name + " (" + format(spec.at) + ")";
    }

    static std::optional<std::size_t> find(const Index& index, const std::string& name) {
        const auto found = index.find(name);
        return found == index.end() ? std::nullopt : std::optional(found->second);
    }

    DefinitionSet& set_;
    const std::map<std::string, std::string>& foreign_units_;
    Index by_unit_;
};

}  // namespace

void check_unit_names(DefinitionSet& set, const std::map<std::string, std::string>& foreign_units) {
    Check check(set, foreign_units);
    check.duplicate_names();
    check.services();
    check.aliases();
    check.pod_units();
}

}  // namespace caisson
