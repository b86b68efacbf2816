// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ctl/defaults.h"

#include <algorithm>

#include "core/keys.h"
#include "core/plan_words.h"

namespace caisson {
namespace {

Node text_node(std::string text) {
    return {std::move(text), {}};
}

// The default as the table of keys has it; nothing where that is no value but an explanation.
std::optional<Node> literal_default(const Key& key) {
    if (key.default_value.empty())
        return std::nullopt;
    Diagnostics ignored;
    std::optional<Node> root =
        parse_document("value = " + std::string(key.default_value), {}, ignored);
    return root ? std::optional(std::move(root->as<Node::Table>()->front().value)) : std::nullopt;
}

// Of the service without "@.service" or ".service".
std::size_t stem_length(std::string_view service) {
    return std::min(service.find('@'), service.rfind(".service"));
}

struct Context {
    const CompiledContainer& container;
    bool names_network_namespace;  // by namespaces.network, so that network.mode stays out
};

// Where an init system has other defaults; nothing elsewhere.
std::optional<Node> boot_default(std::string_view name) {
    if (name == "stop_signal")
        return text_node("SIGRTMIN+3");
    if (name == "stop_timeout")
        return text_node("90s");
    if (name == "no_new_privileges")
        return Node{false, {}};
    return std::nullopt;
}

std::optional<Node> container_default(const Key& key, const CompiledContainer& container) {
    const Plan& plan = *container.plan;
    if (key.name == "description")
        return text_node("Container " + plan.name);
    if (key.name == "hostname" && plan.namespaces.uts.mode != NamespaceMode::Private)
        return std::nullopt;
    if (key.name == "hostname")
        return text_node(plan.hostname);
    if (key.name == "start_timeout" && plan.ready == Ready::Completed)
        return text_node("infinity");
    if (key.name == "unit_name")
        return text_node(container.service.substr(0, stem_length(container.service)));
    return literal_default(key);
}

// A namespace that it has from its pod, where its definition says nothing.
bool is_of_pod(std::string_view name, const Plan& plan) {
    for (const NamespaceName& row : namespace_names)
        if (name == row.oci)
            return (plan.namespaces.*row.field).mode == NamespaceMode::Pod;
    return false;
}

// Some keys are for one choice of another only.
bool stands_for_itself(const Key& key, const Context& context) {
    const Plan& plan = *context.container.plan;
    if (key.section == "container.network" && key.name == "mode")
        return !context.names_network_namespace && !is_of_pod("network", plan);
    if (key.section == "container.namespaces" &&
        (key.name == "network" || is_of_pod(key.name, plan)))
        return false;
    if (key.section == "container.health")
        return !plan.health.command.empty();
    if (key.section == "container" && key.name == "ready")
        return plan.ready != Ready::Completed;
    if (key.section == "container.namespaces.time_offset")
        return plan.namespaces.time.mode == NamespaceMode::Private;
    if (key.section == "container.health")
        return !plan.health.command.empty();
    // One for all sockets of the unit, and for those in the file system only.
    if (key.section == "container.socket")
        return key.name == "type";
    // Who is waited for to the end is ready then, and takes the time that it needs.
    if (key.section == "container" && (key.name == "ready" || key.name == "start_timeout"))
        return plan.ready != Ready::Completed;
    if (key.section == "container.user_namespace" && key.name == "size")
        return plan.user_namespace.mode == UserNamespaceMode::Range;
    return true;
}

bool has_item(const Member* list, std::string_view item) {
    const Node::Array* items = list != nullptr ? list->value.as<Node::Array>() : nullptr;
    return items != nullptr && std::any_of(items->begin(), items->end(), [&](const Node& node) {
               const std::string* text = node.as<std::string>();
               return text != nullptr && *text == item;
           });
}

bool is_text(const Member* member, std::string_view text) {
    const std::string* value = member != nullptr ? member->value.as<std::string>() : nullptr;
    return value != nullptr && *value == text;
}

// Some keys are for one type of mount only, and one can be said in two ways.
std::optional<Node> mount_default(const Key& key, const Node::Table& mount) {
    const bool is_tmpfs = is_text(find_member(mount, "type"), "tmpfs");
    const Member* options = find_member(mount, "options");
    if ((key.name == "mode" && !is_tmpfs) || (key.name == "optional" && is_tmpfs) ||
        (key.name == "recursive" && is_tmpfs) ||
        (key.name == "read_only" && (has_item(options, "ro") || has_item(options, "rw"))))
        return std::nullopt;
    return literal_default(key);
}

bool names_an_instance(const Node::Table& table) {
    const Member* systemd = find_member(table, "systemd");
    const Member* install =
        systemd != nullptr ? find_member(*systemd->value.as<Node::Table>(), "install") : nullptr;
    return install != nullptr &&
           find_member(*install->value.as<Node::Table>(), "DefaultInstance") != nullptr;
}

// What is not started must not name what starts it. The slice of a pod is that, and so are sockets.
void add_start(Node::Table& table, const CompiledContainer& container) {
    const bool is_template = container.name.ends_with('@');
    if (find_member(table, "autostart") == nullptr)
        table.push_back({"autostart", {}, {!is_template || names_an_instance(table), {}}});
    const bool starts = *find_member(table, "autostart")->value.as<bool>();
    const bool has_pod = find_member(table, "pod") != nullptr;
    const bool has_sockets = find_member(table, "socket") != nullptr;
    if (starts && !has_pod && !has_sockets && find_member(table, "wanted_by") == nullptr)
        table.push_back(
            {"wanted_by", {}, *literal_default(*find_key(keys_of("container"), "wanted_by"))});
}

void add_section(Node::Table& table, std::string_view section, const Context& context);

std::optional<Node> default_of(const Key& key, const Node::Table& table, const Context& context) {
    if (!stands_for_itself(key, context))
        return std::nullopt;
    if (context.container.plan->boot)
        if (std::optional<Node> value = boot_default(key.name))
            return value;
    if (key.section == "container" && key.name == "slice" && find_member(table, "pod") != nullptr)
        return std::nullopt;
    if (key.section == "container")
        return container_default(key, context.container);
    return key.section == "container.mount" ? mount_default(key, table) : literal_default(key);
}

void add_inside(Node::Table& table, const Key& key, const Context& context) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const Member& member) { return member.key == key.name; });
    if (found != table.end() && found->value.as<Node::Array>() != nullptr) {
        for (Node& item : *found->value.as<Node::Array>())
            add_section(*item.as<Node::Table>(), key_path(key), context);
    } else if (found != table.end()) {
        add_section(*found->value.as<Node::Table>(), key_path(key), context);
    } else if (key.type == "table") {
        Node::Table added;
        add_section(added, key_path(key), context);
        if (!added.empty())
            table.push_back({std::string(key.name), {}, {std::move(added), {}}});
    }
}

void add_section(Node::Table& table, std::string_view section, const Context& context) {
    for (const Key& key : keys_of(section)) {
        if (key.read == nullptr || key.name == "*")
            continue;
        if (key.type == "table" || key.type == "list of tables") {
            add_inside(table, key, context);
            continue;
        }
        const bool is_start =
            section == "container" && (key.name == "autostart" || key.name == "wanted_by");
        if (is_start || find_member(table, key.name) != nullptr)
            continue;
        if (std::optional<Node> value = default_of(key, table, context))
            table.push_back({std::string(key.name), {}, std::move(*value)});
    }
}

}  // namespace

void add_defaults(Node::Table& table, const CompiledContainer& container) {
    add_start(table, container);
    const Member* namespaces = find_member(table, "namespaces");
    add_section(table, "container",
                {container, namespaces != nullptr &&
                                find_member(*namespaces->value.as<Node::Table>(), "network")});
}

void add_defaults(Node::Table& table, const CompiledPod& pod) {
    for (const Key& key : keys_of("pod")) {
        if (find_member(table, key.name) != nullptr)
            continue;
        std::optional<Node> value = key.name == "description"
                                        ? std::optional(text_node("Pod " + pod.name))
                                        : literal_default(key);
        if (value)
            table.push_back({std::string(key.name), {}, std::move(*value)});
    }
}

}  // namespace caisson
