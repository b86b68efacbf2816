// SPDX-License-Identifier: LGPL-2.1-or-later
// The readers of what makes a container a service: readiness, health, reload, sockets, credentials,
// limits of devices, pods.
#include <algorithm>

#include "core/quantity.h"
#include "core/reading.h"

namespace caisson {
namespace {

constexpr std::string_view container_resources = "container.resources";

// Names of definitions. What has to be healthy or completed is started, and comes first.
void read_required(Reading& reading, const Key& key, const Node& node, std::vector<Text>& names) {
    const std::optional<Texts> texts = texts_of(reading, key, node, line_of);
    if (!texts)
        return;
    for (const Text& text : *texts) {
        names.push_back(text);
        for (const DependencyKind kind : {DependencyKind::After, DependencyKind::Requires})
            reading.spec.dependencies.push_back({kind, text.value, text.at, key.name});
    }
}

void add_credential(Reading& reading, const Key& key, const Node& node, bool encrypted) {
    if (const std::string* path = line_of(reading, key, node))
        reading.spec.credentials.push_back(
            {reading.member->key, *path, encrypted, reading.member->at});
}

std::string text_of_exit_status(const Node& node) {
    if (const std::int64_t* number = node.as<std::int64_t>())
        return std::to_string(*number);
    const std::string* text = node.as<std::string>();
    return text == nullptr ? std::string() : *text;
}

}  // namespace

std::optional<Located<std::int64_t>> count_of(Reading& reading, const Key& key, const Node& node) {
    constexpr std::int64_t most = 1'000'000;
    const std::int64_t* count = node.as<std::int64_t>();
    if (count == nullptr) {
        complain(reading, key, node, must_be("an integer", node));
        return std::nullopt;
    }
    if (*count < 1 || *count > most) {
        complain(reading, key, node, "must be between 1 and " + std::to_string(most));
        return std::nullopt;
    }
    return Located<std::int64_t>{*count, node.at};
}

void read_requires_healthy(Reading& reading, const Key& key, const Node& node) {
    read_required(reading, key, node, reading.spec.requires_healthy);
}

void read_requires_completed(Reading& reading, const Key& key, const Node& node) {
    read_required(reading, key, node, reading.spec.requires_completed);
}

// Numbers and signals, as SuccessExitStatus= of systemd.service(5) takes them.
void read_success_exit_status(Reading& reading, const Key& key, const Node& node) {
    const Node::Array* array = node.as<Node::Array>();
    if (array == nullptr) {
        complain(reading, key, node, must_be("an array of exit statuses and signals", node));
        return;
    }
    Texts statuses;
    for (const Node& item : *array) {
        const std::string text = text_of_exit_status(item);
        if (const auto status = parse_integer<unsigned>(text); status && *status <= 255)
            statuses.push_back({std::to_string(*status), item.at});
        else if (const auto signal = parse_signal(text); signal && !status)
            statuses.push_back({signal->name, item.at});
        else
            complain(reading, key, item,
                     (text.empty() ? std::string(type_name(item)) : quoted(text)) +
                         " is neither an exit status, 0 to 255, nor a signal");
    }
    reading.spec.success_exit_status = Located<Texts>{std::move(statuses), node.at};
}

void read_ready(Reading& reading, const Key& key, const Node& node) {
    static constexpr std::array<Choice<Ready>, 3> choices{
        {{"exec", Ready::Exec}, {"notify", Ready::Notify}, {"healthy", Ready::Healthy}}};
    reading.spec.ready = choice_of(reading, key, node, choices);
}

void read_health(Reading& reading, const Key& key, const Node& node) {
    reading.spec.health_at = reading.member->at;
    read_section(reading, key, node);
}

void read_health_action(Reading& reading, const Key& key, const Node& node) {
    static constexpr std::array<Choice<HealthAction>, 3> choices{
        {{"none", HealthAction::None},
         {"restart", HealthAction::Restart},
         {"stop", HealthAction::Stop}}};
    reading.spec.health.on_failure = choice_of(reading, key, node, choices);
}

void read_reload(Reading& reading, const Key& key, const Node& node) {
    reading.spec.reload_at = reading.member->at;
    read_section(reading, key, node);
}

void read_reload_signal(Reading& reading, const Key& key, const Node& node) {
    const std::optional<Signal> signal = signal_of(reading, key, node);
    if (!signal)
        return;
    if (signal->name == "SIGKILL" || signal->name == "SIGSTOP")
        complain(reading, key, node, signal->name + " cannot be caught");
    else
        reading.spec.reload.signal = Text{signal->name, node.at};
}

void read_sockets(Reading& reading, const Key& key, const Node& node) {
    const Node::Array* sockets = node.as<Node::Array>();
    if (sockets == nullptr) {
        complain(reading, key, node, must_be("an array of tables, [[container.socket]]", node));
        return;
    }
    for (const Node& element : *sockets) {
        reading.spec.sockets.push_back({.at = element.at});
        reading.socket = &reading.spec.sockets.back();
        read_section(reading, key, element);
        reading.socket = nullptr;
    }
}

void read_socket_type(Reading& reading, const Key& key, const Node& node) {
    static constexpr std::array<Choice<std::string_view>, 3> choices{
        {{"stream", "stream"}, {"datagram", "datagram"}, {"seqpacket", "seqpacket"}}};
    reading.socket->type = choice_of(reading, key, node, choices);
}

void read_credential(Reading& reading, const Key& key, const Node& node) {
    add_credential(reading, key, node, false);
}

void read_encrypted_credential(Reading& reading, const Key& key, const Node& node) {
    add_credential(reading, key, node, true);
}

void read_oom_policy(Reading& reading, const Key& key, const Node& node) {
    static constexpr std::array<Choice<std::string_view>, 3> choices{
        {{"continue", "continue"}, {"stop", "stop"}, {"kill", "kill"}}};
    reading.spec.oom_policy = choice_of(reading, key, node, choices);
}

// The same limits, of another cgroup: what a process has, a slice has not.
void read_pod_resources(Reading& reading, const Key& key, const Node& node) {
    const std::size_t before = reading.diagnostics.size();
    read_members(reading, container_resources, key, node);
    for (std::size_t i = before; i < reading.diagnostics.size(); ++i)
        if (std::string& path = reading.diagnostics[i].key; path.starts_with(container_resources))
            path.replace(0, container_resources.size(), key_path(key));
    const auto refuse = [&](const Position& at, const char* name) {
        complain(reading, at, key_path(key_path(key), name),
                 "is for a container: a slice has no processes of its own");
    };
    if (reading.spec.oom_policy)
        refuse(reading.spec.oom_policy->at, "oom_policy");
    if (reading.spec.oom_score_adjust)
        refuse(reading.spec.oom_score_adjust->at, "oom_score_adjust");
    reading.pod->resources = std::move(reading.spec.resources);
}

}  // namespace caisson
