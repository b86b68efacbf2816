// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/definition.h"

#include <algorithm>
#include <utility>

#include "core/keys.h"
#include "core/merge.h"
#include "core/names.h"
#include "core/reading.h"

namespace caisson {
namespace {

constexpr std::string_view container = "container";
constexpr std::string_view pod = "pod";

std::optional<Node> read_document(const SourceFile& source, Diagnostics& diagnostics) {
    if (source.unreadable) {
        diagnostics.push_back({{source.path}, {}, "cannot be read: " + *source.unreadable});
        return std::nullopt;
    }
    return parse_document(source.text, source.path, diagnostics);
}

// What a [[container]] is called; nothing after a diagnostic.
std::optional<std::string> take_name(std::string_view kind, Node& item, Diagnostics& diagnostics) {
    const std::string path = key_path(kind, "name");
    Node::Table& table = *item.as<Node::Table>();
    const auto member =
        std::find_if(table.begin(), table.end(), [](const Member& m) { return m.key == "name"; });
    if (member == table.end()) {
        diagnostics.push_back({item.at, path, "is missing: each of several has a name"});
        return std::nullopt;
    }
    const std::string* name = member->value.as<std::string>();
    if (name == nullptr) {
        diagnostics.push_back({member->value.at, path,
                               "must be a string, not " + std::string(type_name(member->value))});
        return std::nullopt;
    }
    if (Complaint wrong = check_resource_name(*name)) {
        diagnostics.push_back({member->value.at, path, *wrong});
        return std::nullopt;
    }
    std::string taken = *name;
    table.erase(member);
    return taken;
}

class Split {
public:
    Split(std::string_view name, Diagnostics& diagnostics)
        : name_(name), diagnostics_(diagnostics) {}

    // The resources that a document writes out, before anything is merged.
    std::vector<Resource> resources(Node root) {
        for (Member& member : *root.as<Node::Table>()) {
            if (diagnostics_.size() >= most_diagnostics) {
                complain(member.at, {}, "too many errors; from here on nothing is read");
                break;
            }
            const Key* key = find_key(keys_of(""), member.key);
            if (key == nullptr)
                complain(member.at, key_path("", member.key), explain_unknown_key("", member.key));
            else
                add(*key, member);
        }
        return std::move(resources_);
    }

private:
    void complain(const Position& at, std::string_view key, std::string message) {
        diagnostics_.push_back({at, std::string(key), std::move(message)});
    }

    void add(const Key& key, Member& member) {
        if (key.name != container && key.name != pod)
            complain(member.at, key.name, "not implemented yet");
        if (member.value.as<Node::Table>() != nullptr) {
            const Position at = member.value.at;
            resources_.push_back(
                {member.key, std::string(name_), at, false, std::move(member.value)});
        } else if (Node::Array* items = member.value.as<Node::Array>()) {
            if (name_.ends_with("@"))
                complain(member.at, key.name,
                         "a template defines one: [" + member.key + "], named after the file");
            for (Node& item : *items)
                if (diagnostics_.size() < most_diagnostics)
                    add_named(key, item);
        } else {
            complain(member.value.at, key.name,
                     "must be a table, not " + std::string(type_name(member.value)));
        }
    }

    void add_named(const Key& key, Node& item) {
        if (item.as<Node::Table>() == nullptr) {
            complain(item.at, key.name, "must be a table, not " + std::string(type_name(item)));
            return;
        }
        if (std::optional<std::string> name = take_name(key.name, item, diagnostics_)) {
            const Position at = item.at;
            resources_.push_back(
                {std::string(key.name), std::move(*name), at, true, std::move(item)});
        }
    }

    std::string_view name_;
    Diagnostics& diagnostics_;
    std::vector<Resource> resources_;
};

// Lays a resource of a drop-in over the one that the definition has.
void apply(Resource overlay, Definition& definition) {
    std::vector<std::string_view> names;
    bool other_form = false;
    for (Resource& base : definition.resources) {
        if (base.kind != overlay.kind)
            continue;
        if (base.is_named == overlay.is_named && base.name == overlay.name) {
            base.table.value = merge(std::move(*base.table.as<Node::Table>()),
                                     std::move(*overlay.table.as<Node::Table>()), overlay.kind,
                                     definition.diagnostics);
            return;
        }
        names.push_back(base.name);
        other_form = other_form || base.is_named != overlay.is_named;
    }
    const std::string& path = definition.source->path;
    std::string message = path + " defines no " + overlay.kind;
    if (other_form)
        message = overlay.is_named ? path + " has [" + overlay.kind + "], without a name"
                                   : path + " has [[" + overlay.kind + "]], with names";
    else if (overlay.is_named)
        message += " " + quoted(overlay.name);
    if (const auto nearest = find_nearest(overlay.name, names); nearest && !other_form)
        message += "; did you mean " + quoted(*nearest) + "?";
    definition.diagnostics.push_back({overlay.at, overlay.kind, std::move(message)});
}

void apply_drop_ins(Definition& definition) {
    const SourceFile& source = *definition.source;
    for (const SourceFile& drop_in : source.drop_ins) {
        std::optional<Node> root = read_document(drop_in, definition.diagnostics);
        if (!root)
            continue;
        Split split(source.name, definition.diagnostics);
        for (Resource& resource : split.resources(std::move(*root)))
            apply(std::move(resource), definition);
    }
}

void apply_defaults(Definition& definition, const HostDefaults& defaults) {
    for (Resource& resource : definition.resources) {
        if (resource.kind != container)
            continue;
        Node::Table base = defaults.container;
        // A template has nothing to start at boot unless it says so itself.
        if (definition.is_template)
            std::erase_if(base, [](const Member& member) {
                return member.key == "autostart" || member.key == "wanted_by";
            });
        resource.table.value = merge(std::move(base), std::move(*resource.table.as<Node::Table>()),
                                     container, definition.diagnostics);
    }
    definition.diagnostics.insert(definition.diagnostics.end(), defaults.diagnostics.begin(),
                                  defaults.diagnostics.end());
}

bool is_from(std::string_view file, const Member& member) {
    const Node::Array* items = member.value.as<Node::Array>();
    return member.at.file == file &&
           (items == nullptr || std::all_of(items->begin(), items->end(), [&](const Node& item) {
                return item.at.file == file;
            }));
}

// Whether it starts at boot is one question: what a definition says of it outranks the host's
// answer, whichever of the two keys either of them uses.
void drop_contradicted_defaults(Node::Table& table, const HostDefaults& defaults) {
    const Member* autostart = find_member(table, "autostart");
    const Member* wanted_by = find_member(table, "wanted_by");
    if (autostart == nullptr || wanted_by == nullptr)
        return;
    const bool* starts = autostart->value.as<bool>();
    const bool is_default = is_from(defaults.file, *autostart);
    if (starts == nullptr || *starts || is_default == is_from(defaults.file, *wanted_by))
        return;
    std::erase_if(table, [&](const Member& member) {
        return member.key == (is_default ? "autostart" : "wanted_by");
    });
}

Complaint check_file_name(std::string_view name) {
    if (name.ends_with("@"))
        name.remove_suffix(1);
    return check_resource_name(name);
}

}  // namespace

HostDefaults read_host_defaults(const SourceFile& source) {
    HostDefaults defaults;
    defaults.file = source.path;
    std::optional<Node> root = read_document(source, defaults.diagnostics);
    if (!root)
        return defaults;
    for (Member& member : *root->as<Node::Table>()) {
        Node::Table* table = member.value.as<Node::Table>();
        if (member.key != container || table == nullptr)
            defaults.diagnostics.push_back({member.at, key_path("", member.key),
                                            "the defaults of the host have only [container]"});
        else
            defaults.container = merge({}, std::move(*table), container, defaults.diagnostics);
    }
    return defaults;
}

Definition read_definition(const SourceFile& source, const HostDefaults& defaults) {
    Definition definition{&source, source.name.ends_with("@"), {}, {}};
    if (Complaint wrong = check_file_name(source.name))
        definition.diagnostics.push_back({{source.path}, {}, "name of the file: " + *wrong});
    std::optional<Node> root = read_document(source, definition.diagnostics);
    if (!root)
        return definition;
    Split split(source.name, definition.diagnostics);
    definition.resources = split.resources(std::move(*root));
    if (definition.resources.empty() && definition.diagnostics.empty())
        definition.diagnostics.push_back(
            {{source.path}, {}, "defines nothing: [container] is missing"});
    // In the order of precedence, so that what is appended is appended to what came before.
    apply_defaults(definition, defaults);
    apply_drop_ins(definition);
    for (Resource& resource : definition.resources)
        if (Node::Table* table = resource.table.as<Node::Table>())
            drop_contradicted_defaults(*table, defaults);
    return definition;
}

}  // namespace caisson
