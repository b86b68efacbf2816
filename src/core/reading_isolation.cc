// SPDX-License-Identifier: LGPL-2.1-or-later
// The readers of namespaces, user_namespace, security, limits and device.
#include <array>

#include "base/text.h"
#include "core/capability.h"
#include "core/plan_words.h"
#include "core/quantity.h"
#include "core/reading.h"

namespace caisson {
namespace {

// Of a container, or "NAME@INSTANCE" of a template's instance.
Complaint check_container_name(std::string_view name) {
    const std::size_t at = name.find('@');
    if (at != std::string_view::npos && name.substr(at + 1).find_first_of("/@") != name.npos)
        return quoted(name) + " is no name of a container";
    if (at != std::string_view::npos && at + 1 == name.size())
        return quoted(name) + " is a template; name an instance";
    return check_resource_name(name.substr(0, at));
}

}  // namespace

std::optional<Located<Namespace>> namespace_of(Reading& reading, const Key& key, const Node& node) {
    const std::string* text = line_of(reading, key, node);
    if (text == nullptr)
        return std::nullopt;
    std::string_view target = *text;
    Namespace chosen;
    if (*text == "host") {
        chosen.mode = NamespaceMode::Host;
    } else if (target.starts_with("/")) {
        chosen = {NamespaceMode::Path, *text};
    } else if (consume_prefix(target, other_container)) {
        if (Complaint wrong = check_container_name(target)) {
            complain(reading, key, node, std::move(*wrong));
            return std::nullopt;
        }
        chosen = {NamespaceMode::Container, std::string(target)};
    } else if (*text != "private") {
        complain(reading, key, node,
                 quoted(*text) + " is none of \"private\", \"host\", an absolute path and "
                                 "\"container:NAME\"");
        return std::nullopt;
    }
    return Located<Namespace>{std::move(chosen), node.at};
}

std::optional<Located<std::int64_t>> offset_of(Reading& reading, const Key& key, const Node& node) {
    constexpr std::int64_t second = 1'000'000'000;
    constexpr std::int64_t most = INT64_MAX / second;
    if (const std::int64_t* seconds = node.as<std::int64_t>()) {
        if (*seconds <= most && *seconds >= -most)
            return Located<std::int64_t>{*seconds * second, node.at};
        complain(reading, key, node, "is out of range");
        return std::nullopt;
    }
    const std::string* text = line_of(reading, key, node);
    if (text == nullptr)
        return std::nullopt;
    std::string_view time = *text;
    const bool is_negative = consume_prefix(time, "-");
    const std::optional<std::uint64_t> microseconds = parse_time(time);
    if (!microseconds || *microseconds > static_cast<std::uint64_t>(INT64_MAX) / 1000) {
        complain(reading, key, node, quoted(*text) + " is no time such as \"1d\" or \"-90s\"");
        return std::nullopt;
    }
    const std::int64_t offset = static_cast<std::int64_t>(*microseconds) * 1000;
    return Located<std::int64_t>{is_negative ? -offset : offset, node.at};
}

std::optional<Located<Texts>> capabilities_of(Reading& reading, const Key& key, const Node& node) {
    std::optional<Texts> texts = texts_of(reading, key, node, line_of);
    if (!texts)
        return std::nullopt;
    for (Text& text : *texts) {
        if (std::optional<std::string> name = capability_name(text.value)) {
            text.value = std::move(*name);
            continue;
        }
        std::vector<std::string_view> names;
        for (const std::string& name : all_capabilities())
            names.push_back(std::string_view(name).substr(4));
        std::string_view word = text.value;
        consume_prefix(word, "CAP_");
        std::string message = quoted(text.value) + " is no capability";
        if (const std::optional<std::string_view> nearest = find_nearest(word, names))
            message += "; did you mean " + quoted(*nearest) + "?";
        complain(reading, text.at, key_path(key), std::move(message));
        return std::nullopt;
    }
    return Located<Texts>{std::move(*texts), node.at};
}

std::optional<Located<std::int64_t>> id_of(Reading& reading, const Key& key, const Node& node) {
    const std::int64_t* id = node.as<std::int64_t>();
    if (id != nullptr && *id > 0 && *id < UINT32_MAX)
        return Located<std::int64_t>{*id, node.at};
    complain(reading, key, node,
             id != nullptr ? "must be between 1 and 4294967294"
                           : "must be an integer, not " + std::string(type_name(node)));
    // One that is valid, or it would be called missing, too.
    return Located<std::int64_t>{1, node.at};
}

void read_user_namespace_mode(Reading& reading, const Key& key, const Node& node) {
    const std::string* text = line_of(reading, key, node);
    if (text == nullptr)
        return;
    for (const Name<UserNamespaceMode>& row : user_namespace_modes)
        if (*text == row.name) {
            reading.spec.user_namespace.mode = Located<UserNamespaceMode>{row.value, node.at};
            return;
        }
    complain(reading, key, node, quoted(*text) + " is none of \"auto\", \"host\", \"range\"");
}

namespace {

// A string, or an integer as one.
std::optional<std::string> text_of(Reading& reading, const Key& key, const Node& node) {
    if (const std::int64_t* integer = node.as<std::int64_t>())
        return std::to_string(*integer);
    if (node.as<std::string>() == nullptr) {
        complain(reading, key, node,
                 "must be a string or an integer, not " + std::string(type_name(node)));
        return std::nullopt;
    }
    const std::string* line = line_of(reading, key, node);
    return line != nullptr ? std::optional(*line) : std::nullopt;
}

// A number of whatever the limit counts; bytes may have a suffix.
std::optional<std::uint64_t> limit_of(std::string_view text) {
    if (text == "infinity")
        return UINT64_MAX;
    return parse_size(text);
}

}  // namespace

void read_process_limit(Reading& reading, const Key& key, const Node& node) {
    const std::optional<std::string> given = text_of(reading, key, node);
    if (!given)
        return;
    const std::string& text = *given;
    const std::size_t colon = text.find(':');
    const std::optional<std::uint64_t> soft = limit_of(text.substr(0, colon));
    const std::optional<std::uint64_t> hard =
        colon == std::string::npos ? soft : limit_of(text.substr(colon + 1));
    if (!soft || !hard) {
        complain(reading, key, node,
                 quoted(text) + " is no limit such as \"1024\", \"1024:4096\" or \"infinity\"");
        return;
    }
    if (*soft > *hard) {
        complain(reading, key, node, "the soft limit is above the hard one");
        return;
    }
    std::string name = "RLIMIT_";
    for (const char c : key.name)
        name += static_cast<char>(c - 'a' + 'A');
    reading.spec.limits.push_back({std::move(name), *soft, *hard});
}

void read_devices(Reading& reading, const Key& key, const Node& node) {
    const Node::Array* devices = node.as<Node::Array>();
    if (devices == nullptr) {
        complain(reading, key, node,
                 "must be an array of tables, [[container.device]], not " +
                     std::string(type_name(node)));
        return;
    }
    for (const Node& element : *devices) {
        reading.spec.devices.push_back({.at = element.at});
        reading.device = &reading.spec.devices.back();
        read_section(reading, key, element);
        reading.device = nullptr;
    }
}

void read_sysctl(Reading& reading, const Key& key, const Node& node) {
    if (std::optional<std::string> value = text_of(reading, key, node))
        reading.spec.security.sysctls.push_back(
            {reading.member->key, std::move(*value), reading.member->at});
}

}  // namespace caisson
