// SPDX-License-Identifier: LGPL-2.1-or-later
// The readers that the table of keys names: each takes one value, checks its type and what can be
// known of it alone, and puts it into the Spec.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "core/keys.h"
#include "core/names.h"
#include "core/spec.h"

namespace caisson {

// Nobody reads more errors than this of one file; it bounds the work for one that is not a
// definition at all.
inline constexpr std::size_t most_diagnostics = 100;

// One table of resources.io_max: what it limits of which device.
struct IoLimit {
    std::string device;  // empty: not known
    std::vector<ResourceSetting> rates;
};

struct Reading {
    ContainerSpec& spec;
    Diagnostics& diagnostics;
    MountSpec* mount = nullptr;      // inside [[container.mount]]
    DeviceSpec* device = nullptr;    // inside [[container.device]]
    SocketSpec* socket = nullptr;    // inside [[container.socket]]
    IoLimit* io = nullptr;           // inside resources.io_max
    PodSpec* pod = nullptr;          // inside [pod]: `spec` takes what both have
    const Member* member = nullptr;  // being read
};

void complain(Reading& reading, const Position& at, std::string key, std::string message);
void complain(Reading& reading, const Key& key, const Node& node, std::string message);

// The string of `node`, or nothing after a complaint. A line holds no control characters, so that
// it can stand in a unit file.
const std::string* string_of(Reading& reading, const Key& key, const Node& node);
const std::string* line_of(Reading& reading, const Key& key, const Node& node);

// A number may be written without quotes.
std::optional<std::string> quantity_of(Reading& reading, const Key& key, const Node& node);

std::string must_be(std::string_view what, const Node& node);

// One of a few words, each with what it stands for.
template <typename T>
struct Choice {
    std::string_view word;
    T value;
};

template <typename T, std::size_t Count>
std::optional<Located<T>> choice_of(Reading& reading, const Key& key, const Node& node,
                                    const std::array<Choice<T>, Count>& choices) {
    const std::string* word = line_of(reading, key, node);
    if (word == nullptr)
        return std::nullopt;
    std::array<std::string_view, Count> words;
    for (std::size_t i = 0; i < Count; ++i) {
        if (choices[i].word == *word)
            return Located<T>{choices[i].value, node.at};
        words[i] = choices[i].word;
    }
    std::string message = quoted(*word) + " is none of \"" + join(words, "\", \"") + "\"";
    if (const std::optional<std::string_view> nearest = find_nearest(*word, words))
        message += "; did you mean " + quoted(*nearest) + "?";
    complain(reading, key, node, std::move(message));
    return std::nullopt;
}

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
template <typename T>
T& field(Reading& reading, T HealthSpec::*member) {
    return reading.spec.health.*member;
}
template <typename T>
T& field(Reading& reading, T ReloadSpec::*member) {
    return reading.spec.reload.*member;
}
template <typename T>
T& field(Reading& reading, T SocketSpec::*member) {
    return reading.socket->*member;
}
template <typename T>
T& field(Reading& reading, T PodSpec::*member) {
    return reading.pod->*member;
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
// A signal that is sent to end a process, by its name.
std::optional<Signal> signal_of(Reading& reading, const Key& key, const Node& node);
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
std::optional<std::string> pause_of(Reading& reading, const Key& key, const Node& node);

template <auto Field>
void read_time(Reading& reading, const Key& key, const Node& node) {
    if (std::optional<std::string> time = time_of(reading, key, node))
        field(reading, Field) = Text{std::move(*time), node.at};
}

// As read_time, but 0 is 0.
template <auto Field>
void read_pause(Reading& reading, const Key& key, const Node& node) {
    if (std::optional<std::string> time = pause_of(reading, key, node))
        field(reading, Field) = Text{std::move(*time), node.at};
}

// At least 1.
std::optional<Located<std::int64_t>> count_of(Reading& reading, const Key& key, const Node& node);

template <auto Field>
void read_count(Reading& reading, const Key& key, const Node& node) {
    field(reading, Field) = count_of(reading, key, node);
}

// The life of a service.
void read_requires_healthy(Reading& reading, const Key& key, const Node& node);
void read_requires_completed(Reading& reading, const Key& key, const Node& node);
void read_success_exit_status(Reading& reading, const Key& key, const Node& node);
void read_ready(Reading& reading, const Key& key, const Node& node);
void read_health(Reading& reading, const Key& key, const Node& node);
void read_health_action(Reading& reading, const Key& key, const Node& node);
void read_reload(Reading& reading, const Key& key, const Node& node);
void read_reload_signal(Reading& reading, const Key& key, const Node& node);
void read_sockets(Reading& reading, const Key& key, const Node& node);
void read_socket_type(Reading& reading, const Key& key, const Node& node);
void read_credential(Reading& reading, const Key& key, const Node& node);
void read_encrypted_credential(Reading& reading, const Key& key, const Node& node);
void read_io_max(Reading& reading, const Key& key, const Node& node);
void read_io_device(Reading& reading, const Key& key, const Node& node);
void read_io_bandwidth(Reading& reading, const Key& key, const Node& node);
void read_io_operations(Reading& reading, const Key& key, const Node& node);
void read_oom_policy(Reading& reading, const Key& key, const Node& node);
void read_pod_resources(Reading& reading, const Key& key, const Node& node);

}  // namespace caisson
