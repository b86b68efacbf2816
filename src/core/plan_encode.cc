// SPDX-License-Identifier: LGPL-2.1-or-later
// The plan as JSON: runtime-spec's config.json and the object `caisson`. Every field is written.
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "core/json_writer.h"
#include "core/plan.h"
#include "core/plan_oci.h"
#include "core/plan_words.h"

namespace caisson {
namespace {

void write_options(JsonWriter& json, const Mount& mount) {
    if (mount.type == MountType::Bind)
        json.value(mount.recursive ? "rbind" : "bind");
    if (mount.propagation != Propagation::Private || !mount.recursive_propagation)
        json.value((mount.recursive_propagation ? "r" : "") +
                   std::string(name_of(propagations, mount.propagation)));
    const auto add = [&](bool set, const char* option) {
        if (set)
            json.value(option);
    };
    add(mount.flags.read_only, "ro");
    add(mount.flags.nosuid, "nosuid");
    add(mount.flags.nodev, "nodev");
    add(mount.flags.noexec, "noexec");
    add(mount.flags.noatime, "noatime");
    add(mount.flags.nosymfollow, "nosymfollow");
    add(mount.flags.noidmap, "noidmap");
    if (mount.type == MountType::Devpts)
        for (const char* option : {"newinstance", "ptmxmode=0666", "mode=0620", "gid=5"})
            json.value(option);
    if (!mount.mode.empty())
        json.value("mode=" + mount.mode);
    if (!mount.size.empty())
        json.value("size=" + mount.size);
}

void write_mount(JsonWriter& json, const Mount& mount) {
    const char* type = name_of(mount_types, mount.type);
    // To other runtimes /dev is a tmpfs that they fill themselves.
    const char* oci_type = mount.type == MountType::Dev       ? "tmpfs"
                           : mount.type == MountType::Cgroup2 ? "cgroup"
                                                              : type;
    json.object([&] {
        json.key("destination").value(mount.target);
        json.key("type").value(oci_type);
        json.key("source").value(mount.type == MountType::Bind ? std::string_view(mount.source)
                                                               : std::string_view(type));
        json.key("options").array([&] { write_options(json, mount); });
    });
}

void write_namespaces(JsonWriter& json, const Plan& plan) {
    json.object([&] { json.key("type").value("mount"); });
    if (plan.user_namespace.mode != UserNamespaceMode::Host)
        json.object([&] { json.key("type").value("user"); });
    for (const NamespaceName& row : namespace_names) {
        const Namespace& one = plan.namespaces.*row.field;
        if (one.mode == NamespaceMode::Host)
            continue;
        json.object([&] {
            json.key("type").value(row.oci);
            if (one.mode == NamespaceMode::Path)
                json.key("path").value(one.target);
            else if (one.mode == NamespaceMode::Container)
                json.key("path").value(std::string(other_container) + one.target);
            else if (one.mode == NamespaceMode::Pod)
                json.key("path").value(std::string(of_pod) + one.target);
        });
    }
}

void write_id_mappings(JsonWriter& json, const UserNamespace& user) {
    if (user.mode != UserNamespaceMode::Range)
        return;
    for (const char* kind : {"uidMappings", "gidMappings"})
        json.key(kind).array([&] {
            json.object([&] {
                json.key("containerID").value(0);
                json.key("hostID").value(user.base);
                json.key("size").value(user.size);
            });
        });
}

// Seconds and nanoseconds, the second never negative, as timens_offsets takes them.
void write_time_offset(JsonWriter& json, const char* clock, std::int64_t offset) {
    constexpr std::int64_t second = 1'000'000'000;
    const std::int64_t nanoseconds = ((offset % second) + second) % second;
    json.key(clock).object([&] {
        json.key("secs").value((offset - nanoseconds) / second);
        json.key("nanosecs").value(nanoseconds);
    });
}

void write_limit(JsonWriter& json, const ResourceLimit& limit) {
    json.object([&] {
        json.key("type").value(limit.name);
        json.key("hard").value(limit.hard);
        json.key("soft").value(limit.soft);
    });
}

void write_linux(JsonWriter& json, const Plan& plan) {
    json.key("namespaces").array([&] { write_namespaces(json, plan); });
    write_id_mappings(json, plan.user_namespace);
    json.key("timeOffsets").object([&] {
        write_time_offset(json, "monotonic", plan.time_offsets.monotonic);
        write_time_offset(json, "boottime", plan.time_offsets.boottime);
    });
    json.key("sysctl").object([&] {
        for (const auto& [name, value] : plan.sysctls)
            json.key(name).value(value);
    });
    json.key("maskedPaths").value(plan.masked_paths);
    json.key("readonlyPaths").value(plan.read_only_paths);
    if (!plan.security_labels.selinux_mount_label.empty())
        json.key("mountLabel").value(plan.security_labels.selinux_mount_label);
}

// `process.user`. A name, which only the container can resolve, is "username".
void write_user(JsonWriter& json, const Plan& plan) {
    const std::size_t colon = plan.user.find(':');
    const std::string_view name = std::string_view(plan.user).substr(0, colon);
    const std::string_view group =
        colon == std::string::npos ? "" : std::string_view(plan.user).substr(colon + 1);
    const std::optional<std::uint32_t> uid = parse_integer<std::uint32_t>(name);
    json.key("uid").value(uid.value_or(0));
    json.key("gid").value(parse_integer<std::uint32_t>(group).value_or(0));
    json.key("umask").value(plan.umask);
    if (!uid)
        json.key("username").value(name);
    std::vector<std::uint32_t> ids;
    for (const std::string& text : plan.groups)
        if (const std::optional<std::uint32_t> id = parse_integer<std::uint32_t>(text))
            ids.push_back(*id);
    if (ids.empty())
        return;
    json.key("additionalGids").array([&] {
        for (const std::uint32_t id : ids)
            json.value(id);
    });
}

void write_process(JsonWriter& json, const Plan& plan) {
    json.key("user").object([&] { write_user(json, plan); });
    json.key("args").value(plan.command);
    json.key("env").array([&] {
        for (const auto& [name, value] : plan.environment)
            json.value(name + "=" + value);
    });
    json.key("cwd").value(plan.working_directory);
    json.key("capabilities").object([&] {
        for (const char* set : {"bounding", "effective", "permitted"})
            json.key(set).value(plan.capabilities);
        for (const char* set : {"inheritable", "ambient"})
            json.key(set).value(plan.ambient);
    });
    json.key("rlimits").array([&] {
        for (const ResourceLimit& limit : plan.limits)
            write_limit(json, limit);
    });
    if (!plan.security_labels.apparmor_profile.empty())
        json.key("apparmorProfile").value(plan.security_labels.apparmor_profile);
    if (!plan.security_labels.selinux_label.empty())
        json.key("selinuxLabel").value(plan.security_labels.selinux_label);
    json.key("noNewPrivileges").value(plan.no_new_privileges);
    if (plan.oom_score_adjust)
        json.key("oomScoreAdj").value(*plan.oom_score_adjust);
}

void write_config(JsonWriter& json, const Plan& plan) {
    json.key("ociVersion").value("1.2.0");
    json.key("process").object([&] { write_process(json, plan); });
    json.key("root").object([&] {
        json.key("path").value(plan.root.layers.empty() ? std::string_view()
                                                        : plan.root.layers.front());
        json.key("readonly").value(plan.root.mode == RootMode::ReadOnly);
    });
    json.key("hostname").value(plan.hostname);
    json.key("mounts").array([&] {
        for (const Mount& mount : plan.mounts)
            write_mount(json, mount);
    });
    json.key("linux").object([&] { write_linux(json, plan); });
}

// An array of pairs keeps order and repetitions. `Pair` is a pair or a Directive.
template <typename Pair>
void write_pairs(JsonWriter& json, const std::vector<Pair>& pairs) {
    json.array([&] {
        for (const auto& [key, value] : pairs) {
            const auto& first = key;
            const auto& second = value;
            json.array([&] {
                json.value(first);
                json.value(second);
            });
        }
    });
}

// Major and minor, which OCI wants, are the host's to know at the start.
void write_device(JsonWriter& json, const Device& device) {
    json.object([&] {
        json.key("path").value(device.path);
        json.key("target").value(device.target);
        json.key("permissions").value(device.permissions);
        json.key("optional").value(device.optional);
    });
}

void write_health(JsonWriter& json, const Health& health) {
    json.key("command").value(health.command);
    json.key("interval").value(health.interval);
    json.key("timeout").value(health.timeout);
    json.key("start_period").value(health.start_period);
    json.key("retries").value(health.retries);
    json.key("on_failure").value(name_of(health_actions, health.on_failure));
}

// What the OCI configuration has no words for.
void write_own(JsonWriter& json, const Plan& plan) {
    json.key("name").value(plan.name);
    json.key("service").value(plan.service);
    json.key("definition").value(plan.definition);
    json.key("root_label").value(plan.root_label);
    json.key("root").object([&] {
        json.key("mode").value(name_of(root_modes, plan.root.mode));
        json.key("layers").value(plan.root.layers);
    });
    json.key("user").value(plan.user);
    json.key("groups").value(plan.groups);
    json.key("umask").value(plan.umask);
    json.key("environment_files").value(plan.environment_files);
    json.key("optional_mounts").array([&] {
        for (const Mount& mount : plan.mounts)
            if (mount.optional)
                json.value(mount.target);
    });
    json.key("user_namespace").object([&] {
        json.key("mode").value(name_of(user_namespace_modes, plan.user_namespace.mode));
        json.key("base").value(plan.user_namespace.base);
        json.key("size").value(plan.user_namespace.size);
    });
    json.key("seccomp").object([&] {
        json.key("mode").value(name_of(seccomp_modes, plan.seccomp.mode));
        json.key("profile").value(plan.seccomp.profile);
        json.key("allow").value(plan.seccomp.allow);
        json.key("deny").value(plan.seccomp.deny);
    });
    json.key("devices").array([&] {
        for (const Device& device : plan.devices)
            write_device(json, device);
    });
    json.key("boot").value(plan.boot);
    json.key("init").value(plan.init);
    json.key("timezone").value(plan.timezone);
    json.key("ready").value(name_of(ready_words, plan.ready));
    json.key("health").object([&] { write_health(json, plan.health); });
    json.key("reload").object([&] {
        json.key("signal").value(plan.reload.signal);
        json.key("command").value(plan.reload.command);
    });
    json.key("sockets").value(plan.sockets);
    json.key("credentials").value(plan.credentials);
    json.key("oom_policy").value(plan.oom_policy);
    json.key("placement").value(name_of(placements, plan.placement));
    json.key("slice").value(plan.slice);
    write_pairs(json.key("scope_directives"), plan.scope_directives);
    write_pairs(json.key("labels"), plan.labels);
    json.key("has_specifiers").value(plan.has_specifiers);
}

}  // namespace

std::string encode(const Plan& plan) {
    JsonWriter json;
    json.object([&] {
        write_config(json, plan);
        json.key("caisson").object([&] { write_own(json, plan); });
    });
    std::string text = std::move(json).take() + "\n";
    text.shrink_to_fit();  // a thousand of them are kept
    return text;
}

std::string encode_oci(const Plan& plan) {
    JsonWriter config;
    config.object([&] { write_config(config, plan); });
    nlohmann::ordered_json json =
        nlohmann::ordered_json::parse(std::move(config).take(), nullptr, false);
    json["linux"]["cgroupsPath"] = plan.slice + ":caisson:" + plan.name;
    const bool is_filtered =
        plan.seccomp.mode == SeccompMode::Default ||
        (plan.seccomp.mode == SeccompMode::Unconfined && !plan.seccomp.deny.empty());
    if (is_filtered)
        json["linux"]["seccomp"] = oci_seccomp(plan);
    for (const auto& [key, value] : plan.labels)
        json["annotations"][key] = value;
    return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace caisson
