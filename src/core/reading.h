// SPDX-License-Identifier: LGPL-2.1-or-later
// The readers that the table of keys names: each takes one value, checks its type and what can be
// known of it alone, and puts it into the Spec.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "core/keys.h"
#include "core/names.h"
#include "core/spec.h"

namespace caisson {

// Nobody reads more errors than this of one file; it bounds the work for one that is not a
// definition at all.
inline constexpr std::size_t most_diagnostics = 100;

struct Reading {
    ContainerSpec& spec;
    Diagnostics& diagnostics;
    MountSpec* mount = nullptr;      // inside [[container.mount]]
    DeviceSpec* device = nullptr;    // inside [[container.device]]
    const Member* member = nullptr;  // being read
};

void complain(Reading& reading, const Position& at, std::string key, std::string message);
void complain(Reading& reading, const Key& key, const Node& node, std::string message);

// The string of `node`, or nothing after a complaint. A line holds no control characters, so that
// it can stand in a unit file.
const std::string* string_of(Reading& reading, const Key& key, const Node& node);
const std::string* line_of(Reading& reading, const Key& key, const Node& node);

// Reads every member of the table by the keys of `section`.
void read_members(Reading& reading, std::string_view section, const Key& key, const Node& node);

template <typename T>
T& field(Reading& reading, T ContainerSpec::*member) {
    return reading.spec.*member;
}
template <typename T>
T& field(Reading& reading, T RootSpec::*member) {
    return reading.spec.root.*member;
}
template <typename T>
T& field(Reading& reading, T MountSpec::*member) {
    return reading.mount->*member;
}

template <typename T>
T& field(Reading& reading, T DeviceSpec::*member) {
    return reading.device->*member;
}
template <typename T>
T& field(Reading& reading, T NamespacesSpec::*member) {
    return reading.spec.namespaces.*member;
}
template <typename T>
T& field(Reading& reading, T UserNamespaceSpec::*member) {
    return reading.spec.user_namespace.*member;
}
template <typename T>
T& field(Reading& reading, T SecuritySpec::*member) {
    return reading.spec.security.*member;
}

template <auto Field>
void read_line(Reading& reading, const Key& key, const Node& node) {
    if (const std::string* line = line_of(reading, key, node))
        field(reading, Field) = Text{*line, node.at};
}

template <auto Field>
void read_boolean(Reading& reading, const Key& key, const Node& node) {
    if (const bool* value = node.as<bool>())
        field(reading, Field) = Located<bool>{*value, node.at};
    else
        complain(reading, key, node, "must be true or false, not " + std::string(type_name(node)));
}

using StringOf = const std::string* (*)(Reading&, const Key&, const Node&);
std::optional<Texts> texts_of(Reading& reading, const Key& key, const Node& node, StringOf item);

template <auto Field>
void read_lines(Reading& reading, const Key& key, const Node& node) {
    if (std::optional<Texts> texts = texts_of(reading, key, node, line_of))
        field(reading, Field) = Located<Texts>{std::move(*texts), node.at};
}

template <auto Field>
void read_texts(Reading& reading, const Key& key, const Node& node) {
    if (std::optional<Texts> texts = texts_of(reading, key, node, string_of))
        field(reading, Field) = Located<Texts>{std::move(*texts), node.at};
}

template <DependencyKind Kind>
void read_dependencies(Reading& reading, const Key& key, const Node& node) {
    if (const std::optional<Texts> texts = texts_of(reading, key, node, line_of))
        for (const Text& text : *texts)
            reading.spec.dependencies.push_back({Kind, text.value, text.at});
}

// Tables whose keys the user chooses.
void read_labels(Reading& reading, const Key& key, const Node& node);
void read_environment(Reading& reading, const Key& key, const Node& node);

void read_directives(Reading& reading, const Key& key, const Node& node,
                     std::vector<NamedText>& directives);

template <auto Field>
void read_directive(Reading& reading, const Key& key, const Node& node) {
    read_directives(reading, key, node, reading.spec.*Field);
}

void read_misplaced_name(Reading& reading, const Key& key, const Node& node);
void read_section(Reading& reading, const Key& key, const Node& node);
void read_root(Reading& reading, const Key& key, const Node& node);
void read_mounts(Reading& reading, const Key& key, const Node& node);

std::optional<Located<Namespace>> namespace_of(Reading& reading, const Key& key, const Node& node);

template <auto Field>
void read_namespace(Reading& reading, const Key& key, const Node& node) {
    field(reading, Field) = namespace_of(reading, key, node);
}

std::optional<Located<std::int64_t>> offset_of(Reading& reading, const Key& key, const Node& node);

template <auto Field>
void read_offset(Reading& reading, const Key& key, const Node& node) {
    field(reading, Field) = offset_of(reading, key, node);
}

std::optional<Located<Texts>> capabilities_of(Reading& reading, const Key& key, const Node& node);

template <auto Field>
void read_capabilities(Reading& reading, const Key& key, const Node& node) {
    field(reading, Field) = capabilities_of(reading, key, node);
}

std::optional<Located<std::int64_t>> id_of(Reading& reading, const Key& key, const Node& node);

template <auto Field>
void read_id(Reading& reading, const Key& key, const Node& node) {
    field(reading, Field) = id_of(reading, key, node);
}

void read_user_namespace_mode(Reading& reading, const Key& key, const Node& node);
void read_process_limit(Reading& reading, const Key& key, const Node& node);
void read_devices(Reading& reading, const Key& key, const Node& node);
void read_sysctl(Reading& reading, const Key& key, const Node& node);

void read_placement(Reading& reading, const Key& key, const Node& node);
void read_root_mode(Reading& reading, const Key& key, const Node& node);
void read_mount_type(Reading& reading, const Key& key, const Node& node);
void read_network_mode(Reading& reading, const Key& key, const Node& node);
void read_restart(Reading& reading, const Key& key, const Node& node);
void read_stop_signal(Reading& reading, const Key& key, const Node& node);
void read_oom_score_adjust(Reading& reading, const Key& key, const Node& node);

// Limits: text that systemd accepts for the key's directive.
void read_memory(Reading& reading, const Key& key, const Node& node);
void read_cpu_quota(Reading& reading, const Key& key, const Node& node);
void read_cpu_weight(Reading& reading, const Key& key, const Node& node);
void read_io_weight(Reading& reading, const Key& key, const Node& node);
void read_number_set(Reading& reading, const Key& key, const Node& node);
void read_tasks(Reading& reading, const Key& key, const Node& node);

std::optional<std::string> time_of(Reading& reading, const Key& key, const Node& node);

template <auto Field>
void read_time(Reading& reading, const Key& key, const Node& node) {
    if (std::optional<std::string> time = time_of(reading, key, node))
        field(reading, Field) = Text{std::move(*time), node.at};
}

}  // namespace caisson
