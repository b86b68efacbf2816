// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ctl/effective.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/definition.h"
#include "core/keys.h"
#include "core/unit.h"
#include "ctl/defaults.h"
#include "ctl/human.h"
#include "ctl/specifiers.h"

namespace caisson {
namespace {

std::string literal(std::string_view text) {
    std::string literal = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            literal.append("\\").append(1, c);
        } else if (c == '\n') {
            literal += "\\n";
        } else if (byte < 0x20 || byte == 0x7f) {
            std::array<char, 8> escape;
            (void)std::snprintf(escape.data(), escape.size(), "\\u%04X", byte);
            literal += escape.data();
        } else {
            literal += c;
        }
    }
    return literal + "\"";
}

std::string key_literal(std::string_view key) {
    constexpr std::string_view bare =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    const bool is_bare = !key.empty() && key.find_first_not_of(bare) == key.npos;
    return is_bare ? std::string(key) : literal(key);
}

std::string value_literal(const Node& node) {
    std::string text;
    if (const bool* boolean = node.as<bool>())
        return *boolean ? "true" : "false";
    if (const std::int64_t* integer = node.as<std::int64_t>())
        return std::to_string(*integer);
    if (const std::string* string = node.as<std::string>())
        return literal(*string);
    if (const Node::Array* items = node.as<Node::Array>()) {
        for (const Node& item : *items)
            text.append(text.empty() ? "" : ", ").append(value_literal(item));
        return "[" + text + "]";
    }
    if (const Node::Table* table = node.as<Node::Table>())
        for (const Member& member : *table)
            text.append(text.empty() ? "" : ", ")
                .append(key_literal(member.key) + " = " + value_literal(member.value));
    return text.empty() ? "{}" : "{ " + text + " }";
}

// As a table of its own, rather than on one line.
bool has_header(const Member& member) {
    if (const Node::Array* items = member.value.as<Node::Array>())
        return !items->empty() && items->front().as<Node::Table>() != nullptr;
    return member.key != "rootfs" && member.value.as<Node::Table>() != nullptr;
}

std::vector<const Member*> in_order(const Node::Table& table, std::string_view section) {
    const std::span<const Key> keys = keys_of(section);
    std::vector<const Member*> members;
    for (const Member& member : table)
        members.push_back(&member);
    std::stable_sort(members.begin(), members.end(), [&](const Member* a, const Member* b) {
        return find_key(keys, a->key) < find_key(keys, b->key);
    });
    return members;
}

void render(const Node::Table& table, const std::string& section, bool is_item, std::string& text) {
    const std::vector<const Member*> members = in_order(table, section);
    const bool has_tables_alone =
        !members.empty() && std::all_of(members.begin(), members.end(),
                                        [](const Member* member) { return has_header(*member); });
    if (!has_tables_alone) {
        text += text.empty() ? "" : "\n";
        text += is_item ? "[[" + section + "]]\n" : "[" + section + "]\n";
    }
    for (const Member* member : members)
        if (!has_header(*member))
            text += key_literal(member->key) + " = " + value_literal(member->value) + "\n";
    for (const Member* member : members) {
        if (!has_header(*member))
            continue;
        const std::string inner = key_path(section, member->key);
        if (const Node::Array* items = member->value.as<Node::Array>())
            for (const Node& item : *items)
                render(*item.as<Node::Table>(), inner, true, text);
        else
            render(*member->value.as<Node::Table>(), inner, false, text);
    }
}

// A relative source starts at the directory of the definition, which this text is not in.
void make_sources_absolute(Node::Table& container, std::string_view definition) {
    const std::string directory =
        escape_specifiers(std::string(definition.substr(0, definition.rfind('/'))));
    for (Member& member : container) {
        Node::Array* mounts = member.key == "mount" ? member.value.as<Node::Array>() : nullptr;
        for (std::size_t i = 0; mounts != nullptr && i < mounts->size(); ++i)
            for (Member& entry : *(*mounts)[i].as<Node::Table>())
                if (std::string* source = entry.value.as<std::string>();
                    entry.key == "source" && !source->starts_with('/') && !source->starts_with('%'))
                    source->insert(0, directory + "/");
    }
}

void expand(std::string& text, const SpecifierValues& values) {
    std::string expanded;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%' || at + 1 == text.size()) {
            expanded += text[at];
            continue;
        }
        const auto value = values.find(text[++at]);
        expanded +=
            value == values.end() ? std::string{'%', text[at]} : escape_specifiers(value->second);
    }
    text = std::move(expanded);
}

void expand(Node& node, const Key& key, const SpecifierValues& values);

void expand(Node::Table& table, std::string_view section, const SpecifierValues& values) {
    for (Member& member : table)
        expand(member.value, *find_key(keys_of(section), member.key), values);
}

// Where Caisson resolves specifiers, and only there.
void expand(Node& node, const Key& key, const SpecifierValues& values) {
    if (Node::Table* table = node.as<Node::Table>())
        expand(*table, key_path(key), values);
    else if (Node::Array* items = node.as<Node::Array>())
        for (Node& item : *items)
            expand(item, key, values);
    else if (std::string* text = node.as<std::string>(); key.specifiers != Specifiers::No && text)
        expand(*text, values);
}

// What the name of an instance decides; the rest is known where it starts.
SpecifierValues instance_values(const Target& target) {
    SpecifierValues values = specifiers_of(target);
    std::erase_if(values, [](const auto& value) {
        return std::string_view("iInN").find(value.first) == std::string_view::npos;
    });
    return values;
}

Node::Table take_table(Definition& definition, std::string_view kind, const std::string& name) {
    for (Resource& resource : definition.resources)
        if (resource.kind == kind && resource.name == name)
            return std::move(*resource.table.as<Node::Table>());
    return {};
}

const SourceFile* find_source(const CompileInput& input, const std::string& path) {
    for (const SourceFile& source : input.definitions)
        if (source.path == path)
            return &source;
    return nullptr;
}

}  // namespace

std::string render_definition(const Node::Table& container) {
    std::string text;
    render(container, "container", false, text);
    return text;
}

std::string effective(const Target& target, const CompileInput& input) {
    const CompiledContainer& compiled = *target.compiled;
    const SourceFile* source = find_source(input, compiled.definition);
    if (source == nullptr)
        return {};
    const HostDefaults defaults =
        input.host_defaults ? read_host_defaults(*input.host_defaults) : HostDefaults{};
    Definition definition = read_definition(*source, defaults);
    Node::Table container = take_table(definition, "container", compiled.name);
    make_sources_absolute(container, compiled.definition);
    add_defaults(container, compiled);
    if (is_template(compiled) && target.name != compiled.name)
        expand(container, "container", instance_values(target));
    return "# " + printable(compiled.definition) + "\n\n" + render_definition(container);
}

std::string effective(const CompiledPod& pod, const CompileInput& input) {
    const SourceFile* source = find_source(input, pod.definition);
    if (source == nullptr)
        return {};
    const HostDefaults defaults =
        input.host_defaults ? read_host_defaults(*input.host_defaults) : HostDefaults{};
    Definition definition = read_definition(*source, defaults);
    Node::Table table = take_table(definition, "pod", pod.name);
    add_defaults(table, pod);
    std::string text;
    render(table, "pod", false, text);
    return "# " + printable(pod.definition) + "\n\n" + text;
}

}  // namespace caisson
