// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/mount_spec.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "core/keys.h"
#include "core/quantity.h"

namespace caisson {
namespace {

struct Option {
    std::string_view name;
    bool MountFlags::*flag;
    bool value;
};

constexpr Option options[] = {
    {"ro", &MountFlags::read_only, true},
    {"rw", &MountFlags::read_only, false},
    {"nosuid", &MountFlags::nosuid, true},
    {"suid", &MountFlags::nosuid, false},
    {"nodev", &MountFlags::nodev, true},
    {"dev", &MountFlags::nodev, false},
    {"noexec", &MountFlags::noexec, true},
    {"exec", &MountFlags::noexec, false},
    {"noatime", &MountFlags::noatime, true},
    {"atime", &MountFlags::noatime, false},
    {"nosymfollow", &MountFlags::nosymfollow, true},
    {"symfollow", &MountFlags::nosymfollow, false},
    {"noidmap", &MountFlags::noidmap, true},
    {"idmap", &MountFlags::noidmap, false},
};

const Option* find_option(std::string_view name) {
    const Option* found = std::find_if(std::begin(options), std::end(options),
                                       [&](const Option& option) { return option.name == name; });
    return found == std::end(options) ? nullptr : found;
}

std::string unknown_option(std::string_view name) {
    std::vector<std::string_view> names;
    for (const Option& option : options)
        names.push_back(option.name);
    std::string message = quoted(name) + " is no mount option";
    if (const std::optional<std::string_view> nearest = find_nearest(name, names))
        message += "; did you mean " + quoted(*nearest) + "?";
    return message;
}

struct PropagationWord {
    std::string_view word;
    Propagation value;
    bool recursive;
};

constexpr PropagationWord propagation_words[] = {
    {"private", Propagation::Private, false},       {"rprivate", Propagation::Private, true},
    {"slave", Propagation::Slave, false},           {"rslave", Propagation::Slave, true},
    {"shared", Propagation::Shared, false},         {"rshared", Propagation::Shared, true},
    {"unbindable", Propagation::Unbindable, false}, {"runbindable", Propagation::Unbindable, true},
};

const PropagationWord* find_propagation(std::string_view word) {
    const PropagationWord* found =
        std::find_if(std::begin(propagation_words), std::end(propagation_words),
                     [&](const PropagationWord& row) { return row.word == word; });
    return found == std::end(propagation_words) ? nullptr : found;
}

bool is_at_or_below(std::string_view path, std::string_view directory) {
    return path.starts_with(directory) &&
           (path.size() == directory.size() || path[directory.size()] == '/');
}

}  // namespace

std::string normalised_path(std::string_view path) {
    std::string normalised;
    if (!path.starts_with("/")) {
        // It begins with a specifier that stands for an absolute path.
        const std::size_t slash = std::min(path.find('/'), path.size());
        normalised = path.substr(0, slash);
        path.remove_prefix(slash);
    }
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        const std::string_view part = path.substr(0, end);
        if (!part.empty() && part != ".")
            normalised.append("/").append(part);
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return normalised.empty() ? "/" : normalised;
}

Complaint check_mount_target(std::string_view target) {
    if (!target.starts_with("/"))
        return quoted(target) + " must be an absolute path";
    if (Complaint wrong = check_absolute_path(target))
        return wrong;
    for (const std::string_view part : split(target, '/'))
        if (part == ".")
            return quoted(target) + " must not have \".\" in it";
    const std::string path = normalised_path(target);
    if (path == "/")
        return std::string("must not be \"/\"; rootfs is what is mounted there");
    // What is mounted over these can make the container lie to itself and to the runtime
    // (CVE-2019-19921, CVE-2023-27561).
    for (const std::string_view kernel_directory : {"/proc", "/sys"})
        if (is_at_or_below(path, kernel_directory))
            return "must not be in " + std::string(kernel_directory);
    for (const std::string_view own : {"/dev", "/dev/pts"})
        if (path == own)
            return quoted(path) + " is made by Caisson";
    return std::nullopt;
}

std::optional<Diagnostic> check_mount_options(const MountSpec& spec) {
    if (!spec.options)
        return std::nullopt;
    std::vector<std::pair<const Option*, const Text*>> seen;
    const auto complaint = [](const Text& text, std::string message) {
        return Diagnostic{text.at, "container.mount.options", std::move(message)};
    };
    for (const Text& text : spec.options->value) {
        const Option* option = find_option(text.value);
        if (option == nullptr)
            return complaint(text, unknown_option(text.value));
        for (const auto& [other, place] : seen)
            if (other->flag == option->flag && other->value != option->value)
                return complaint(text, quoted(text.value) + " contradicts " + quoted(place->value) +
                                           " (" + format(place->at) + ")");
        if (option->flag == &MountFlags::read_only && spec.read_only &&
            spec.read_only->value != option->value)
            return complaint(text, quoted(text.value) + " contradicts read_only (" +
                                       format(spec.read_only->at) + ")");
        seen.emplace_back(option, &text);
    }
    return std::nullopt;
}

Complaint check_propagation(std::string_view word) {
    if (find_propagation(word) != nullptr)
        return std::nullopt;
    std::vector<std::string_view> words;
    for (const PropagationWord& row : propagation_words)
        words.push_back(row.word);
    return quoted(word) + " is none of \"" + join(words, "\", \"") + "\"";
}

std::optional<std::string> tmpfs_size(std::string_view text) {
    if (text.ends_with("%")) {
        const std::optional<unsigned> share =
            parse_integer<unsigned>(text.substr(0, text.size() - 1));
        return share && *share > 0 ? std::optional(std::string(text)) : std::nullopt;
    }
    const std::optional<std::uint64_t> size = parse_size(text);
    if (!size || *size == 0)
        return std::nullopt;
    const bool is_plain =
        text.find_first_not_of("0123456789") >= text.size() - 1 &&
        std::string_view("KMG0123456789").find(text.back()) != std::string_view::npos;
    return is_plain ? std::string(text) : std::to_string(*size);
}

Mount mount_of(const MountSpec& spec, std::string_view directory) {
    Mount mount;
    mount.type = spec.type ? spec.type->value : MountType::Bind;
    if (spec.source) {
        const std::string& source = spec.source->value;
        const bool is_rooted = source[0] == '/' || source[0] == '%';
        mount.source = normalised_path(is_rooted ? source : std::string(directory) + "/" + source);
    }
    mount.target = normalised_path(spec.target->value);
    mount.flags = {.nosuid = true, .nodev = true};
    if (spec.options)
        for (const Text& option : spec.options->value)
            mount.flags.*(find_option(option.value)->flag) = find_option(option.value)->value;
    if (spec.read_only)
        mount.flags.read_only = spec.read_only->value;
    mount.optional = spec.optional && spec.optional->value;
    mount.recursive = !spec.recursive || spec.recursive->value;
    if (spec.propagation) {
        const PropagationWord& word = *find_propagation(spec.propagation->value);
        mount.propagation = word.value;
        mount.recursive_propagation = word.recursive;
    }
    if (mount.type == MountType::Tmpfs) {
        mount.size = spec.size ? *tmpfs_size(spec.size->value) : std::string();
        mount.mode = spec.mode ? spec.mode->value : "0755";
    }
    return mount;
}

}  // namespace caisson
