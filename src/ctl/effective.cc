// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ctl/effective.h"

#include <array>
#include <cstdio>

namespace caisson {
namespace {

std::string quoted(std::string_view text) {
    std::string literal = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            literal.append("\\").append(1, c);
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

std::string list(const std::vector<std::string>& items) {
    std::string text;
    for (const std::string& item : items)
        text.append(text.empty() ? "" : ", ").append(quoted(item));
    return "[" + text + "]";
}

// The definition's own document: tables of keys, empty values left out.
class Writer {
public:
    void table(std::string_view name) {
        text_.append(text_.empty() ? "" : "\n").append(name).append("\n");
    }
    void text(std::string_view key, const std::string& value) {
        if (!value.empty())
            raw(key, quoted(value));
    }
    void strings(std::string_view key, const std::vector<std::string>& values) {
        if (!values.empty())
            raw(key, list(values));
    }
    void raw(std::string_view key, const std::string& value) {
        text_.append(key).append(" = ").append(value).append("\n");
    }
    void gap() { text_ += "\n"; }
    void comment(const std::string& words) { text_.append("# ").append(words).append("\n"); }
    std::string finish() && { return std::move(text_); }

private:
    std::string text_;
};

const char* word(bool value) {
    return value ? "true" : "false";
}

const char* word(NamespaceMode mode) {
    return mode == NamespaceMode::Private ? "\"private\"" : "\"host\"";
}

const char* word(RootMode mode) {
    switch (mode) {
    case RootMode::Ephemeral:
        return "\"ephemeral\"";
    case RootMode::Persistent:
        return "\"persistent\"";
    case RootMode::ReadOnly:
        return "\"read-only\"";
    }
    return "";
}

std::string root_table(const RootFileSystem& root) {
    const std::string where = root.layers.size() == 1 ? "directory = " + quoted(root.layers.front())
                                                      : "layers = " + list(root.layers);
    return "{ " + where + ", mode = " + word(root.mode) + " }";
}

std::string octal(unsigned number) {
    std::array<char, 16> text;
    (void)std::snprintf(text.data(), text.size(), "\"%04o\"", number);
    return text.data();
}

void write_container(Writer& out, const Plan& plan, const std::vector<UnitKey>& unit_keys) {
    out.table("[container]");
    out.text("name", plan.name);
    for (const UnitKey& unit_key : unit_keys)
        out.text(unit_key.key, unit_key.value);
    out.raw("placement", plan.placement == Placement::Scope ? "\"scope\"" : "\"service\"");
    out.text("slice", plan.slice);
    out.raw("rootfs", root_table(plan.root));
    out.strings("command", plan.command);
    out.text("working_directory", plan.working_directory);
    out.text("user", plan.user);
    out.strings("groups", plan.groups);
    out.raw("umask", octal(plan.umask));
    out.text("hostname", plan.hostname);
    out.strings("environment_file", plan.environment_files);
}

void write_pairs(Writer& out, const char* table,
                 const std::vector<std::pair<std::string, std::string>>& pairs) {
    if (pairs.empty())
        return;
    out.table(table);
    for (const auto& [name, value] : pairs)
        out.raw(quoted(name), quoted(value));
}

void write_limits(Writer& out, const Plan& plan) {
    if (plan.scope_directives.empty() && !plan.oom_score_adjust)
        return;
    out.table("[container.resources]  # as systemd's directives");
    for (const Directive& directive : plan.scope_directives)
        out.raw(directive.key, quoted(directive.value));
    if (plan.oom_score_adjust)
        out.raw("oom_score_adjust", std::to_string(*plan.oom_score_adjust));
}

void write_isolation(Writer& out, const Plan& plan) {
    out.table("[container.namespaces]");
    out.raw("pid", word(plan.namespaces.pid));
    out.raw("network", word(plan.namespaces.network));
    out.raw("uts", word(plan.namespaces.uts));
    out.raw("ipc", word(plan.namespaces.ipc));
    out.raw("cgroup", word(plan.namespaces.cgroup));
    out.raw("user", word(plan.namespaces.user));
    out.table("[container.security]");
    out.strings("capabilities", plan.capabilities);
    out.raw("no_new_privileges", word(plan.no_new_privileges));
    out.raw("seccomp", plan.seccomp == SeccompMode::Default ? "\"default\"" : "\"unconfined\"");
    out.strings("masked_paths", plan.masked_paths);
    out.strings("read_only_paths", plan.read_only_paths);
}

std::vector<std::string> options_of(const MountFlags& flags) {
    std::vector<std::string> options;
    const auto add = [&](bool set, const char* option) {
        if (set)
            options.emplace_back(option);
    };
    add(flags.nosuid, "nosuid");
    add(flags.nodev, "nodev");
    add(flags.noexec, "noexec");
    add(flags.noatime, "noatime");
    add(flags.nosymfollow, "nosymfollow");
    return options;
}

const char* type_name(MountType type) {
    switch (type) {
    case MountType::Bind:
        return "bind";
    case MountType::Tmpfs:
        return "tmpfs";
    case MountType::Proc:
        return "proc";
    case MountType::Sysfs:
        return "sysfs";
    case MountType::Cgroup2:
        return "cgroup2";
    case MountType::Devpts:
        return "devpts";
    case MountType::Mqueue:
        return "mqueue";
    case MountType::Dev:
        return "dev";
    }
    return "";
}

bool is_chosen(const Mount& mount) {
    return mount.type == MountType::Bind || mount.type == MountType::Tmpfs;
}

// A mount that every container has, which no definition spells out.
void write_standard_mount(Writer& out, const Mount& mount) {
    std::string words = mount.target + ": " + type_name(mount.type);
    words += mount.flags.read_only ? ", read-only" : "";
    for (const std::string& option : options_of(mount.flags))
        words += ", " + option;
    out.comment(words);
}

void write_mount(Writer& out, const Mount& mount) {
    out.table("[[container.mount]]");
    out.text("type", type_name(mount.type));
    out.text("source", mount.source);
    out.text("target", mount.target);
    out.raw("read_only", word(mount.flags.read_only));
    out.strings("options", options_of(mount.flags));
    if (mount.optional)
        out.raw("optional", "true");
    out.text("size", mount.size);
    out.text("mode", mount.mode);
}

void write_mounts(Writer& out, const std::vector<Mount>& mounts) {
    out.gap();
    out.comment("Mounted in every container:");
    for (const Mount& mount : mounts) {
        if (!is_chosen(mount))
            write_standard_mount(out, mount);
    }
    for (const Mount& mount : mounts) {
        if (is_chosen(mount))
            write_mount(out, mount);
    }
}

}  // namespace

std::string effective(const Plan& plan, const std::vector<UnitKey>& unit_keys) {
    Writer out;
    out.comment(plan.definition);
    write_container(out, plan, unit_keys);
    write_pairs(out, "[container.environment]", plan.environment);
    write_pairs(out, "[container.labels]", plan.labels);
    write_limits(out, plan);
    write_isolation(out, plan);
    write_mounts(out, plan.mounts);
    return std::move(out).finish();
}

}  // namespace caisson
