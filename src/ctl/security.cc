// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ctl/security.h"

#include <algorithm>

#include "base/text.h"
#include "core/plan_words.h"
#include "ctl/human.h"

namespace caisson {
namespace {

constexpr std::size_t screen_width = 80;
constexpr std::size_t indentation = 20;
constexpr std::string_view any_prefix = "CAP_";

using Strings = std::vector<std::string>;

std::string word_of(const Namespace& one) {
    switch (one.mode) {
    case NamespaceMode::Private:
        return "private";
    case NamespaceMode::Host:
        return "host";
    case NamespaceMode::Container:
        return std::string(other_container) + one.target;
    case NamespaceMode::Pod:
        return std::string(of_pod) + one.target;
    case NamespaceMode::Path:
        break;
    }
    return one.target;
}

std::string word_of(const Seccomp& seccomp) {
    return seccomp.mode == SeccompMode::Profile ? seccomp.profile
                                                : name_of(seccomp_modes, seccomp.mode);
}

std::string word_of(const UserNamespace& user) {
    if (user.mode != UserNamespaceMode::Range)
        return name_of(user_namespace_modes, user.mode);
    return std::to_string(user.size) + " ids from " + std::to_string(user.base);
}

std::vector<std::pair<std::string, std::string>> asked_namespaces(const Plan& plan) {
    std::vector<std::pair<std::string, std::string>> asked = {
        {"user", word_of(plan.user_namespace)}, {"mount", "private"}};
    for (const NamespaceName& row : namespace_names)
        asked.emplace_back(row.oci, word_of(plan.namespaces.*row.field));
    return asked;
}

Json to_json(const std::vector<ResourceLimit>& limits) {
    const auto number = [](std::uint64_t value) {
        return value == UINT64_MAX ? Json("infinity") : Json(value);
    };
    Json json = Json::object();
    for (const ResourceLimit& limit : limits)
        json[limit.name] = {{"soft", number(limit.soft)}, {"hard", number(limit.hard)}};
    return json;
}

Json asked_json(const Plan& plan) {
    Json namespaces = Json::object();
    for (const auto& [name, word] : asked_namespaces(plan))
        namespaces[name] = word;
    Json devices = Json::array();
    for (const Device& device : plan.devices)
        devices.push_back({{"path", device.path},
                           {"target", device.target},
                           {"permissions", device.permissions}});
    Json sysctls = Json::object();
    for (const auto& [name, value] : plan.sysctls)
        sysctls[name] = value;
    return {{"namespaces", namespaces},
            {"capabilities", plan.capabilities},
            {"ambient", plan.ambient},
            {"no_new_privileges", plan.no_new_privileges},
            {"seccomp", word_of(plan.seccomp)},
            {"seccomp_allow", plan.seccomp.allow},
            {"seccomp_deny", plan.seccomp.deny},
            {"masked_paths", plan.masked_paths},
            {"read_only_paths", plan.read_only_paths},
            {"devices", devices},
            {"sysctls", sysctls},
            {"limits", to_json(plan.limits)},
            {"apparmor_profile", plan.security_labels.apparmor_profile},
            {"selinux_label", plan.security_labels.selinux_label}};
}

Json to_json(const std::vector<IdMap>& maps) {
    Json json = Json::array();
    for (const IdMap& map : maps)
        json.push_back({{"inside", map.inside}, {"outside", map.outside}, {"count", map.count}});
    return json;
}

Json in_force_json(const Walls& walls) {
    Json namespaces = Json::object();
    for (const NamespaceLink& link : walls.namespaces)
        namespaces[link.name] = {{"id", link.id}, {"own", link.is_own}};
    Json capabilities = Json::object();
    for (const CapabilitySet& set : walls.capabilities)
        capabilities[set.name] = set.capabilities;
    return {{"namespaces", namespaces},
            {"uids", to_json(walls.uids)},
            {"gids", to_json(walls.gids)},
            {"capabilities", capabilities},
            {"no_new_privileges", walls.no_new_privileges},
            {"seccomp", walls.seccomp},
            {"seccomp_filters", walls.seccomp_filters},
            {"masked_paths", walls.masked_paths},
            {"read_only_paths", walls.read_only_paths},
            {"writable_mounts", walls.writable_mounts},
            {"limits", to_json(walls.limits)},
            {"label", walls.label}};
}

std::string describe(const NamespaceLink& link, const Walls& walls) {
    if (link.name != "user" || !link.is_own)
        return link.is_own ? "its own" : "the host's";
    Strings ranges;
    for (const IdMap& map : walls.uids)
        ranges.push_back(std::to_string(map.count) + " ids from " + std::to_string(map.outside));
    return "its own, " + join(ranges, ", ");
}

std::string yes_or_no(bool value) {
    return value ? "yes" : "no";
}

Table comparison(const Security& security) {
    Table table{.columns = {{""}, {"ASKED"}, {"IN FORCE"}}, .rows = {}};
    const Plan& plan = security.plan;
    const std::optional<Walls>& walls = security.walls;
    const auto add = [&](const std::string& what, const std::string& asked, std::string in_force) {
        table.rows.push_back({{what}, {printable(asked)}, {walls ? printable(in_force) : "-"}});
    };
    for (const auto& [name, asked] : asked_namespaces(plan)) {
        std::string in_force;
        if (walls)
            for (const NamespaceLink& link : walls->namespaces)
                if (link.name == name)
                    in_force = describe(link, *walls);
        add(name + " namespace", asked, in_force);
    }
    add("no new privileges", yes_or_no(plan.no_new_privileges),
        walls ? yes_or_no(walls->no_new_privileges) : "");
    add("system calls", word_of(plan.seccomp),
        walls ? walls->seccomp + ", " + std::to_string(walls->seccomp_filters) : "");
    const SecurityLabels& labels = plan.security_labels;
    const std::string& label =
        labels.apparmor_profile.empty() ? labels.selinux_label : labels.apparmor_profile;
    add("security label", label.empty() ? "-" : label,
        walls && !walls->label.empty() ? walls->label : "-");
    return table;
}

// A title, and the words beside it in lines of the screen's width.
std::string paragraph(const std::string& title, const Strings& words) {
    std::string text;
    std::string line = title;
    line.resize(std::max(indentation - 1, line.size()), ' ');
    for (const std::string& word : words.empty() ? Strings{"-"} : words) {
        if (line.size() > indentation && line.size() + 1 + word.size() > screen_width) {
            text += line + "\n";
            line.assign(indentation - 1, ' ');
        }
        line += " " + printable(word);
    }
    return text + line + "\n";
}

bool contains(const Strings& list, const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

// Asked and in force: the word. "-word": only asked; "+word": only in force.
Strings compare(const Strings& asked, const Strings* in_force) {
    Strings words;
    for (const std::string& word : asked)
        words.push_back((!in_force || contains(*in_force, word) ? "" : "-") + word);
    if (in_force)
        for (const std::string& word : *in_force)
            if (!contains(asked, word))
                words.push_back("+" + word);
    return words;
}

Strings short_names(Strings capabilities) {
    for (std::string& name : capabilities)
        name.erase(0, any_prefix.size());
    return capabilities;
}

std::string bound(std::uint64_t value) {
    return value == UINT64_MAX ? "infinity" : std::to_string(value);
}

Strings words_of(const std::vector<ResourceLimit>& limits) {
    Strings words;
    for (const ResourceLimit& limit : limits)
        words.push_back(limit.name.substr(std::string_view("RLIMIT_").size()) + "=" +
                        bound(limit.soft) + ":" + bound(limit.hard));
    return words;
}

std::string capabilities_text(const Security& security) {
    const Strings asked = short_names(security.plan.capabilities);
    if (!security.walls)
        return paragraph("capabilities", asked);
    std::string text;
    for (const CapabilitySet& set : security.walls->capabilities) {
        const Strings names = short_names(set.capabilities);
        if (set.name == "bounding")
            text.insert(0, paragraph("capabilities", compare(asked, &names)));
        else
            text +=
                paragraph("  " + set.name, names == asked ? Strings{"all", "of", "them"} : names);
    }
    return text;
}

Strings device_words(const Plan& plan) {
    Strings words;
    for (const Device& device : plan.devices)
        words.push_back(device.path + ":" + device.permissions);
    return words;
}

}  // namespace

Json security_json(const Security& security) {
    return {{"name", security.plan.name},
            {"pid", security.pid},
            {"asked", asked_json(security.plan)},
            {"in_force", security.walls ? in_force_json(*security.walls) : Json(nullptr)}};
}

std::string security_text(const Security& security, const Style& style) {
    const Plan& plan = security.plan;
    const Walls* walls = security.walls ? &*security.walls : nullptr;
    std::string text = printable(plan.name);
    text += walls ? ", process " + std::to_string(security.pid) : ", which does not run";
    text += "\n\n" + render(comparison(security), style) + "\n";
    text += capabilities_text(security);
    text += paragraph("masked", compare(plan.masked_paths, walls ? &walls->masked_paths : nullptr));
    text += paragraph("read-only",
                      compare(plan.read_only_paths, walls ? &walls->read_only_paths : nullptr));
    if (walls)
        text += paragraph("writable mounts", walls->writable_mounts);
    text += paragraph("devices, asked", device_words(plan));
    Strings sysctls;
    for (const auto& [name, value] : plan.sysctls)
        sysctls.push_back(name + "=" + value);
    text += paragraph("sysctls, asked", sysctls);
    text += paragraph("limits", words_of(walls ? walls->limits : plan.limits));
    if (walls && style.legend)
        text +=
            "\n\"-\" before a word: asked for, but not in force, or not of this kernel; \"+\": in "
            "force, but not\nasked for.\n";
    return text;
}

}  // namespace caisson
