// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/reading.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "core/quantity.h"
#include "core/specifier.h"

namespace caisson {
namespace {

// How a list would be written that somebody gave as one string.
std::string as_list(const std::string& text) {
    std::string list;
    for (const std::string_view word : split(text, ' '))
        if (!word.empty())
            list.append(list.empty() ? "" : ", ").append(quoted(word));
    return "[" + list + "]";
}

template <typename Predicate>
void read_limit(Reading& reading, const Key& key, const Node& node, Predicate is_valid,
                std::string_view form) {
    const std::optional<std::string> text = quantity_of(reading, key, node);
    if (!text)
        return;
    if (!is_valid(*text)) {
        complain(reading, key, node, quoted(*text) + " is not " + std::string(form));
        return;
    }
    // "MemoryMax=" in the table, as a manual writes it.
    reading.spec.resources.push_back({key.directive.substr(0, key.directive.size() - 1), *text});
}

bool is_integer_within(std::string_view text, unsigned low, unsigned high) {
    const std::optional<unsigned> number = parse_integer<unsigned>(text);
    return number && *number >= low && *number <= high;
}

bool is_share(std::string_view text) {
    const std::optional<std::uint32_t> share = parse_permyriad(text);
    return share && *share > 0 && *share <= 10000;
}

}  // namespace

std::string must_be(std::string_view what, const Node& node) {
    return "must be " + std::string(what) + ", not " + std::string(type_name(node));
}

std::optional<std::string> quantity_of(Reading& reading, const Key& key, const Node& node) {
    if (const std::int64_t* integer = node.as<std::int64_t>())
        return std::to_string(*integer);
    if (node.as<std::string>() == nullptr) {
        complain(reading, key, node, must_be("a string or an integer", node));
        return std::nullopt;
    }
    if (const std::string* line = line_of(reading, key, node))
        return std::string(trim(*line));
    return std::nullopt;
}

void complain(Reading& reading, const Position& at, std::string key, std::string message) {
    if (reading.diagnostics.size() < most_diagnostics)
        reading.diagnostics.push_back({at, std::move(key), std::move(message)});
    else if (reading.diagnostics.size() == most_diagnostics)
        reading.diagnostics.push_back({at, {}, "too many errors; from here on nothing is read"});
}

void complain(Reading& reading, const Key& key, const Node& node, std::string message) {
    const bool is_free = key.name == "*" && reading.member != nullptr;
    complain(reading, node.at, is_free ? key_path(key.section, reading.member->key) : key_path(key),
             std::move(message));
}

const std::string* string_of(Reading& reading, const Key& key, const Node& node) {
    const std::string* text = node.as<std::string>();
    if (text == nullptr) {
        std::string message = must_be("a string", node);
        if (const std::int64_t* integer = node.as<std::int64_t>())
            message += "; write \"" + std::to_string(*integer) + "\"";
        else if (const bool* boolean = node.as<bool>())
            message += *boolean ? "; write \"true\"" : "; write \"false\"";
        complain(reading, key, node, std::move(message));
        return nullptr;
    }
    if (key.specifiers == Specifiers::No || text->find('%') == std::string::npos)
        return text;
    std::set<char> unit_only;
    const bool is_for_plan = key.specifiers == Specifiers::Plan;
    std::set<char>& used = is_for_plan ? reading.spec.specifiers : unit_only;
    reading.spec.has_percent = reading.spec.has_percent || is_for_plan;
    if (const std::optional<std::string> wrong = check_specifiers(*text, used)) {
        complain(reading, key, node, *wrong);
        return nullptr;
    }
    return text;
}

const std::string* line_of(Reading& reading, const Key& key, const Node& node) {
    const std::string* text = string_of(reading, key, node);
    if (text == nullptr)
        return nullptr;
    const bool has_control = std::any_of(text->begin(), text->end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    if (has_control) {
        complain(reading, key, node, "must not have line breaks or control characters in it");
        return nullptr;
    }
    return text;
}

std::optional<Texts> texts_of(Reading& reading, const Key& key, const Node& node, StringOf item) {
    const Node::Array* array = node.as<Node::Array>();
    if (array == nullptr) {
        std::string message = must_be("an array of strings", node);
        if (const std::string* text = node.as<std::string>())
            message += "; write " + as_list(*text);
        complain(reading, key, node, std::move(message));
        return std::nullopt;
    }
    Texts texts;
    texts.reserve(array->size());
    bool complete = true;
    for (const Node& element : *array) {
        const std::string* text = item(reading, key, element);
        complete = complete && text != nullptr;
        if (text != nullptr)
            texts.push_back({*text, element.at});
    }
    return complete ? std::optional(std::move(texts)) : std::nullopt;
}

void read_members(Reading& reading, std::string_view section, const Key& key, const Node& node) {
    const Node::Table* table = node.as<Node::Table>();
    if (table == nullptr) {
        complain(reading, key, node, must_be("a table", node));
        return;
    }
    const std::span<const Key> known = keys_of(section);
    for (const Member& member : *table) {
        if (reading.diagnostics.size() > most_diagnostics)
            return;
        const Key* found = find_key(known, member.key);
        if (found == nullptr) {
            complain(reading, member.at, key_path(section, member.key),
                     explain_unknown_key(section, member.key));
        } else if (found->read == nullptr) {
            complain(reading, member.at, key_path(*found), "not implemented yet");
        } else {
            const Member* outer = std::exchange(reading.member, &member);
            found->read(reading, *found, member.value);
            reading.member = outer;
        }
    }
}

void read_labels(Reading& reading, const Key& key, const Node& node) {
    if (const std::string* value = line_of(reading, key, node))
        reading.spec.labels.push_back({reading.member->key, *value, reading.member->at});
}

void read_environment(Reading& reading, const Key& key, const Node& node) {
    if (const std::string* value = string_of(reading, key, node))
        reading.spec.environment.push_back({reading.member->key, *value, reading.member->at});
}

void read_directives(Reading& reading, const Key& key, const Node& node,
                     std::vector<NamedText>& directives) {
    const auto add = [&](const Node& value) {
        if (const std::string* line = line_of(reading, key, value))
            directives.push_back({reading.member->key, *line, reading.member->at});
    };
    if (const Node::Array* lines = node.as<Node::Array>())
        std::for_each(lines->begin(), lines->end(), add);
    else
        add(node);
}

void read_misplaced_name(Reading& reading, const Key& key, const Node&) {
    complain(reading, reading.member->at, key_path(key),
             "is for [[container]]; [container] is named after its file");
}

void read_section(Reading& reading, const Key& key, const Node& node) {
    read_members(reading, key_path(key), key, node);
}

void read_root(Reading& reading, const Key& key, const Node& node) {
    reading.spec.root_at = reading.member->at;
    read_section(reading, key, node);
}

void read_mounts(Reading& reading, const Key& key, const Node& node) {
    const Node::Array* mounts = node.as<Node::Array>();
    if (mounts == nullptr) {
        complain(reading, key, node, must_be("an array of tables, [[container.mount]]", node));
        return;
    }
    for (const Node& element : *mounts) {
        reading.spec.mounts.push_back({.at = element.at});
        reading.mount = &reading.spec.mounts.back();
        read_section(reading, key, element);
        reading.mount = nullptr;
    }
}

void read_placement(Reading& reading, const Key& key, const Node& node) {
    static constexpr std::array<Choice<Placement>, 2> choices{
        {{"scope", Placement::Scope}, {"service", Placement::Service}}};
    reading.spec.placement = choice_of(reading, key, node, choices);
}

void read_root_mode(Reading& reading, const Key& key, const Node& node) {
    static constexpr std::array<Choice<RootMode>, 3> choices{{{"ephemeral", RootMode::Ephemeral},
                                                              {"persistent", RootMode::Persistent},
                                                              {"read-only", RootMode::ReadOnly}}};
    reading.spec.root.mode = choice_of(reading, key, node, choices);
}

void read_mount_type(Reading& reading, const Key& key, const Node& node) {
    if (const std::string* word = node.as<std::string>(); word != nullptr && *word == "volume") {
        complain(reading, key, node, "\"volume\" is not implemented yet");
        return;
    }
    static constexpr std::array<Choice<MountType>, 2> choices{
        {{"bind", MountType::Bind}, {"tmpfs", MountType::Tmpfs}}};
    reading.mount->type = choice_of(reading, key, node, choices);
}

void read_network_mode(Reading& reading, const Key& key, const Node& node) {
    if (const std::string* word = node.as<std::string>())
        if (*word == "bridge" || *word == "macvlan" || *word == "ipvlan") {
            complain(reading, key, node, quoted(*word) + " is not implemented yet");
            return;
        }
    static constexpr std::array<Choice<NamespaceMode>, 2> choices{
        {{"none", NamespaceMode::Private}, {"host", NamespaceMode::Host}}};
    reading.spec.network = choice_of(reading, key, node, choices);
}

void read_restart(Reading& reading, const Key& key, const Node& node) {
    static constexpr std::array<Choice<std::string_view>, 7> choices{
        {{"no", "no"},
         {"on-success", "on-success"},
         {"on-failure", "on-failure"},
         {"on-abnormal", "on-abnormal"},
         {"on-watchdog", "on-watchdog"},
         {"on-abort", "on-abort"},
         {"always", "always"}}};
    if (const std::optional<Located<std::string_view>> word =
            choice_of(reading, key, node, choices))
        reading.spec.restart = Text{std::string(word->value), word->at};
}

std::optional<Signal> signal_of(Reading& reading, const Key& key, const Node& node) {
    const std::optional<std::string> text = quantity_of(reading, key, node);
    if (!text)
        return std::nullopt;
    std::optional<Signal> signal = parse_signal(*text);
    if (!signal)
        complain(reading, key, node, quoted(*text) + " is no signal");
    return signal;
}

void read_stop_signal(Reading& reading, const Key& key, const Node& node) {
    const std::optional<Signal> signal = signal_of(reading, key, node);
    if (!signal)
        return;
    if (signal->name == "SIGSTOP" || signal->name == "SIGTSTP" || signal->name == "SIGCONT")
        complain(reading, key, node, signal->name + " does not end a process");
    else
        reading.spec.stop_signal = Text{signal->name, node.at};
}

void read_oom_score_adjust(Reading& reading, const Key& key, const Node& node) {
    const std::int64_t* score = node.as<std::int64_t>();
    if (score == nullptr)
        complain(reading, key, node, must_be("an integer", node));
    else if (*score < -1000 || *score > 1000)
        complain(reading, key, node, "must be between -1000 and 1000");
    else
        reading.spec.oom_score_adjust = Located<std::int64_t>{*score, node.at};
}

void read_memory(Reading& reading, const Key& key, const Node& node) {
    // systemd takes no 0 for the two that would leave the payload nothing at all.
    const bool may_be_none = key.name != "memory_max" && key.name != "memory_high";
    const auto is_valid = [&](std::string_view text) {
        if (text == "infinity")
            return true;
        if (text.ends_with("%"))
            return parse_permyriad(text).value_or(10001) <= 10000 &&
                   (may_be_none || is_share(text));
        const std::optional<std::uint64_t> size = parse_size(text);
        return size && (*size > 0 || may_be_none);
    };
    read_limit(reading, key, node, is_valid,
               "a size such as \"512M\" or \"1.5G\", a percentage or \"infinity\"");
}

void read_cpu_quota(Reading& reading, const Key& key, const Node& node) {
    read_limit(
        reading, key, node,
        [](std::string_view text) { return parse_permyriad(text).value_or(0) > 0; },
        "a percentage such as \"50%\"");
}

void read_cpu_weight(Reading& reading, const Key& key, const Node& node) {
    read_limit(
        reading, key, node,
        [](std::string_view text) { return text == "idle" || is_integer_within(text, 1, 10000); },
        "a number from 1 to 10000 or \"idle\"");
}

void read_io_weight(Reading& reading, const Key& key, const Node& node) {
    read_limit(
        reading, key, node, [](std::string_view text) { return is_integer_within(text, 1, 10000); },
        "a number from 1 to 10000");
}

void read_number_set(Reading& reading, const Key& key, const Node& node) {
    read_limit(reading, key, node, is_number_set, "a set of numbers such as \"0-3,5\"");
}

void read_tasks(Reading& reading, const Key& key, const Node& node) {
    const auto is_valid = [](std::string_view text) {
        return text == "infinity" || is_share(text) ||
               parse_integer<std::int64_t>(text).value_or(0) > 0;
    };
    read_limit(reading, key, node, is_valid, "a number above 0, a percentage or \"infinity\"");
}

std::optional<std::string> pause_of(Reading& reading, const Key& key, const Node& node) {
    std::optional<std::string> text = quantity_of(reading, key, node);
    if (!text || parse_time(*text))
        return text;
    complain(reading, key, node, quoted(*text) + " is no time such as \"1min 30s\" or \"500ms\"");
    return std::nullopt;
}

std::optional<std::string> time_of(Reading& reading, const Key& key, const Node& node) {
    std::optional<std::string> text = pause_of(reading, key, node);
    // systemd reads a zero here as "no limit", which is not what it looks like.
    if (text && *parse_time(*text) == 0) {
        complain(reading, key, node, "must not be 0; \"infinity\" is no limit");
        return std::nullopt;
    }
    return text;
}

}  // namespace caisson
