// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ctl/defaults.h"

#include <algorithm>

#include "core/keys.h"

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

std::optional<Node> container_default(const Key& key, const CompiledContainer& container) {
    const Plan& plan = *container.plan;
    if (key.name == "description")
        return text_node("Container " + plan.name);
    if (key.name == "hostname")
        return text_node(plan.hostname);
    if (key.name == "unit_name")
        return text_node(container.service.substr(0, stem_length(container.service)));
    return literal_default(key);
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

// What is not started must not name what starts it.
void add_start(Node::Table& table, const CompiledContainer& container) {
    const bool is_template = container.name.ends_with('@');
    if (find_member(table, "autostart") == nullptr)
        table.push_back({"autostart", {}, {!is_template || names_an_instance(table), {}}});
    const bool starts = *find_member(table, "autostart")->value.as<bool>();
    if (starts && find_member(table, "wanted_by") == nullptr)
        table.push_back(
            {"wanted_by", {}, *literal_default(*find_key(keys_of("container"), "wanted_by"))});
}

void add_section(Node::Table& table, std::string_view section, const CompiledContainer& container);

void add_inside(Node::Table& table, const Key& key, const CompiledContainer& container) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const Member& member) { return member.key == key.name; });
    if (found != table.end() && found->value.as<Node::Array>() != nullptr) {
        for (Node& item : *found->value.as<Node::Array>())
            add_section(*item.as<Node::Table>(), key_path(key), container);
    } else if (found != table.end()) {
        add_section(*found->value.as<Node::Table>(), key_path(key), container);
    } else if (key.type == "table") {
        Node::Table added;
        add_section(added, key_path(key), container);
        if (!added.empty())
            table.push_back({std::string(key.name), {}, {std::move(added), {}}});
    }
}

void add_section(Node::Table& table, std::string_view section, const CompiledContainer& container) {
    for (const Key& key : keys_of(section)) {
        if (key.read == nullptr || key.name == "*")
            continue;
        if (key.type == "table" || key.type == "list of tables") {
            add_inside(table, key, container);
            continue;
        }
        const bool is_start =
            section == "container" && (key.name == "autostart" || key.name == "wanted_by");
        if (is_start || find_member(table, key.name) != nullptr)
            continue;
        std::optional<Node> value = section == "container" ? container_default(key, container)
                                    : section == "container.mount" ? mount_default(key, table)
                                                                   : literal_default(key);
        if (value)
            table.push_back({std::string(key.name), {}, std::move(*value)});
    }
}

}  // namespace

void add_defaults(Node::Table& table, const CompiledContainer& container) {
    add_start(table, container);
    add_section(table, "container", container);
}

}  // namespace caisson
