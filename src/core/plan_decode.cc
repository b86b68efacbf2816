// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads a plan's JSON. Every field is required, so that a plan of another version is refused.
#include <nlohmann/json.hpp>

#include <concepts>
#include <utility>

#include "base/text.h"
#include "core/plan.h"
#include "core/plan_words.h"

namespace caisson {
namespace {

using Json = nlohmann::ordered_json;

// A reader that remembers the first thing that was wrong, so that decoding reads as a list of
// fields. After a failure it yields empty values.
class Reader {
public:
    explicit Reader(const Json& json) : json_(json) {}

    const Json& field(const Json& object, const char* key) {
        static const Json nothing;
        if (object.is_object()) {
            if (const auto found = object.find(key); found != object.end())
                return *found;
        }
        fail(key, "missing");
        return nothing;
    }

    void read(const Json& object, const char* key, std::string& text) {
        if (const Json& value = field(object, key); value.is_string())
            text = value.get_ref<const std::string&>();
        else
            fail(key, "not a string");
    }

    void read(const Json& object, const char* key, bool& flag) {
        if (const Json& value = field(object, key); value.is_boolean())
            flag = value.get<bool>();
        else
            fail(key, "not a boolean");
    }

    template <std::integral T>
    requires(!std::same_as<T, bool>) void read(const Json& object, const char* key, T& number) {
        const Json& value = field(object, key);
        const bool fits =
            value.is_number_unsigned()
                ? std::in_range<T>(value.get<std::uint64_t>())
                : value.is_number_integer() && std::in_range<T>(value.get<std::int64_t>());
        if (fits)
            number = value.get<T>();
        else
            fail(key, "not a number in range");
    }

    void read(const Json& object, const char* key, std::vector<std::string>& list) {
        const Json& value = field(object, key);
        if (!value.is_array())
            return fail(key, "not an array");
        for (const Json& item : value) {
            if (!item.is_string())
                return fail(key, "not an array of strings");
            list.push_back(item.get_ref<const std::string&>());
        }
    }

    // A table of strings; `Pair` is a pair or a Directive. An array of pairs keeps repetitions.
    template <typename Pair>
    void read_pairs(const Json& object, const char* key, std::vector<Pair>& pairs) {
        const Json& value = field(object, key);
        if (!value.is_array())
            return fail(key, "not an array");
        for (const Json& item : value) {
            if (!item.is_array() || item.size() != 2 || !item[0].is_string() ||
                !item[1].is_string())
                return fail(key, "not an array of pairs");
            pairs.push_back(Pair{item[0].get<std::string>(), item[1].get<std::string>()});
        }
    }

    template <typename Enum, std::size_t N>
    void read(const Json& object, const char* key, const Name<Enum> (&table)[N], Enum& value) {
        std::string name;
        read(object, key, name);
        for (const Name<Enum>& row : table) {
            if (row.name == name) {
                value = row.value;
                return;
            }
        }
        fail(key, "not a known word");
    }

    void fail(std::string_view key, std::string_view what) {
        if (!error_.empty())
            return;
        error_.append(key).append(": ").append(what);
    }

    bool failed() const { return !error_.empty(); }
    const std::string& error() const { return error_; }
    const Json& document() const { return json_; }

private:
    const Json& json_;
    std::string error_;
};

bool decode_propagation(Mount& mount, std::string_view option) {
    for (const Name<Propagation>& row : propagations) {
        const bool is_recursive = option.size() == 1 + std::string_view(row.name).size();
        if (!option.ends_with(row.name) || (option != row.name && option[0] != 'r') ||
            option.size() > 1 + std::string_view(row.name).size())
            continue;
        mount.propagation = row.value;
        mount.recursive_propagation = is_recursive;
        return true;
    }
    return false;
}

void decode_option(Reader& reader, Mount& mount, std::string_view option) {
    if (option == "ro")
        mount.flags.read_only = true;
    else if (option == "nosuid")
        mount.flags.nosuid = true;
    else if (option == "nodev")
        mount.flags.nodev = true;
    else if (option == "noexec")
        mount.flags.noexec = true;
    else if (option == "noatime")
        mount.flags.noatime = true;
    else if (option == "nosymfollow")
        mount.flags.nosymfollow = true;
    else if (option == "noidmap")
        mount.flags.noidmap = true;
    else if (option == "bind")
        mount.recursive = false;
    else if (mount.type == MountType::Tmpfs && consume_prefix(option, "mode="))
        mount.mode = option;
    else if (mount.type == MountType::Tmpfs && consume_prefix(option, "size="))
        mount.size = option;
    else if (decode_propagation(mount, option))
        return;
    else if (option != "rbind" && mount.type != MountType::Devpts)
        reader.fail(option, "unknown mount option");
}

Mount decode_mount(Reader& reader, const Json& json) {
    Mount mount;
    std::string type;
    std::vector<std::string> options;
    reader.read(json, "destination", mount.target);
    reader.read(json, "type", type);
    reader.read(json, "source", mount.source);
    reader.read(json, "options", options);
    // The source of a kernel file system repeats our own name of its type.
    const std::string& name = type == "bind" ? type : mount.source;
    bool known = false;
    for (const Name<MountType>& row : mount_types) {
        if (row.name == name) {
            mount.type = row.value;
            known = true;
        }
    }
    if (!known)
        reader.fail(mount.target, "unknown mount type");
    if (mount.type != MountType::Bind)
        mount.source.clear();
    for (const std::string& option : options)
        decode_option(reader, mount, option);
    return mount;
}

void decode_namespace(Reader& reader, const Json& item, Namespace& one) {
    one = {};
    if (!item.contains("path"))
        return;
    reader.read(item, "path", one.target);
    std::string_view target = one.target;
    one.mode = NamespaceMode::Path;
    if (consume_prefix(target, other_container)) {
        one.mode = NamespaceMode::Container;
        one.target = std::string(target);
    } else if (consume_prefix(target, of_pod)) {
        one.mode = NamespaceMode::Pod;
        one.target = std::string(target);
    }
}

void decode_namespaces(Reader& reader, const Json& list, Namespaces& namespaces) {
    for (const NamespaceName& row : namespace_names)
        (namespaces.*row.field).mode = NamespaceMode::Host;
    for (const Json& item : list) {
        std::string type;
        reader.read(item, "type", type);
        bool known = type == "mount" || type == "user";
        for (const NamespaceName& row : namespace_names) {
            if (type != row.oci)
                continue;
            known = true;
            decode_namespace(reader, item, namespaces.*row.field);
        }
        if (!known)
            reader.fail(type, "unknown namespace");
    }
}

void decode_time_offset(Reader& reader, const Json& offsets, const char* clock,
                        std::int64_t& offset) {
    std::int64_t seconds = 0;
    std::int64_t nanoseconds = 0;
    const Json& json = reader.field(offsets, clock);
    reader.read(json, "secs", seconds);
    reader.read(json, "nanosecs", nanoseconds);
    offset = seconds * 1'000'000'000 + nanoseconds;
}

ResourceLimit decode_limit(Reader& reader, const Json& json) {
    ResourceLimit limit;
    reader.read(json, "type", limit.name);
    reader.read(json, "soft", limit.soft);
    reader.read(json, "hard", limit.hard);
    return limit;
}

Device decode_device(Reader& reader, const Json& json) {
    Device device;
    reader.read(json, "path", device.path);
    reader.read(json, "target", device.target);
    reader.read(json, "permissions", device.permissions);
    reader.read(json, "optional", device.optional);
    return device;
}

void decode_optional(Reader& reader, const Json& object, const char* key, std::string& text) {
    if (object.is_object() && object.contains(key))
        reader.read(object, key, text);
}

void decode_linux(Reader& reader, const Json& isolation, Plan& plan) {
    decode_namespaces(reader, reader.field(isolation, "namespaces"), plan.namespaces);
    const Json& offsets = reader.field(isolation, "timeOffsets");
    decode_time_offset(reader, offsets, "monotonic", plan.time_offsets.monotonic);
    decode_time_offset(reader, offsets, "boottime", plan.time_offsets.boottime);
    for (const auto& [name, value] : reader.field(isolation, "sysctl").items()) {
        if (!value.is_string())
            return reader.fail(name, "not a string");
        plan.sysctls.emplace_back(name, value.get<std::string>());
    }
    reader.read(isolation, "maskedPaths", plan.masked_paths);
    reader.read(isolation, "readonlyPaths", plan.read_only_paths);
    decode_optional(reader, isolation, "mountLabel", plan.security_labels.selinux_mount_label);
}

void decode_environment(Reader& reader, const Json& process, Plan& plan) {
    std::vector<std::string> assignments;
    reader.read(process, "env", assignments);
    for (const std::string& assignment : assignments) {
        const std::size_t equals = assignment.find('=');
        if (equals == assignment.npos)
            return reader.fail("env", "an entry without =");
        plan.environment.emplace_back(assignment.substr(0, equals), assignment.substr(equals + 1));
    }
}

void decode_config(Reader& reader, const Json& json, Plan& plan) {
    const Json& process = reader.field(json, "process");
    reader.read(process, "args", plan.command);
    decode_environment(reader, process, plan);
    reader.read(process, "cwd", plan.working_directory);
    const Json& capabilities = reader.field(process, "capabilities");
    reader.read(capabilities, "bounding", plan.capabilities);
    reader.read(capabilities, "ambient", plan.ambient);
    for (const Json& limit : reader.field(process, "rlimits"))
        plan.limits.push_back(decode_limit(reader, limit));
    decode_optional(reader, process, "apparmorProfile", plan.security_labels.apparmor_profile);
    decode_optional(reader, process, "selinuxLabel", plan.security_labels.selinux_label);
    reader.read(process, "noNewPrivileges", plan.no_new_privileges);
    if (process.is_object() && process.contains("oomScoreAdj")) {
        if (const Json& value = process["oomScoreAdj"]; value.is_number_integer())
            plan.oom_score_adjust = value.get<int>();
        else
            reader.fail("oomScoreAdj", "not a number");
    }
    reader.read(json, "hostname", plan.hostname);
    for (const Json& mount : reader.field(json, "mounts"))
        plan.mounts.push_back(decode_mount(reader, mount));
    decode_linux(reader, reader.field(json, "linux"), plan);
}

void decode_life(Reader& reader, const Json& own, Plan& plan) {
    reader.read(own, "ready", ready_words, plan.ready);
    const Json& health = reader.field(own, "health");
    reader.read(health, "command", plan.health.command);
    reader.read(health, "interval", plan.health.interval);
    reader.read(health, "timeout", plan.health.timeout);
    reader.read(health, "start_period", plan.health.start_period);
    reader.read(health, "retries", plan.health.retries);
    reader.read(health, "on_failure", health_actions, plan.health.on_failure);
    const Json& reload = reader.field(own, "reload");
    reader.read(reload, "signal", plan.reload.signal);
    reader.read(reload, "command", plan.reload.command);
    reader.read(own, "sockets", plan.sockets);
    reader.read(own, "credentials", plan.credentials);
    reader.read(own, "oom_policy", plan.oom_policy);
}

void decode_own(Reader& reader, const Json& own, Plan& plan) {
    reader.read(own, "name", plan.name);
    reader.read(own, "service", plan.service);
    reader.read(own, "definition", plan.definition);
    reader.read(own, "root_label", plan.root_label);
    const Json& root = reader.field(own, "root");
    reader.read(root, "mode", root_modes, plan.root.mode);
    reader.read(root, "layers", plan.root.layers);
    reader.read(own, "user", plan.user);
    reader.read(own, "groups", plan.groups);
    reader.read(own, "umask", plan.umask);
    reader.read(own, "environment_files", plan.environment_files);
    std::vector<std::string> optional_mounts;
    reader.read(own, "optional_mounts", optional_mounts);
    for (Mount& mount : plan.mounts) {
        for (const std::string& target : optional_mounts)
            mount.optional |= mount.target == target;
    }
    const Json& user = reader.field(own, "user_namespace");
    reader.read(user, "mode", user_namespace_modes, plan.user_namespace.mode);
    reader.read(user, "base", plan.user_namespace.base);
    reader.read(user, "size", plan.user_namespace.size);
    const Json& seccomp = reader.field(own, "seccomp");
    reader.read(seccomp, "mode", seccomp_modes, plan.seccomp.mode);
    reader.read(seccomp, "profile", plan.seccomp.profile);
    reader.read(seccomp, "allow", plan.seccomp.allow);
    reader.read(seccomp, "deny", plan.seccomp.deny);
    for (const Json& device : reader.field(own, "devices"))
        plan.devices.push_back(decode_device(reader, device));
    reader.read(own, "boot", plan.boot);
    reader.read(own, "init", plan.init);
    reader.read(own, "timezone", plan.timezone);
    decode_life(reader, own, plan);
    reader.read(own, "placement", placements, plan.placement);
    reader.read(own, "slice", plan.slice);
    reader.read_pairs(own, "scope_directives", plan.scope_directives);
    reader.read_pairs(own, "labels", plan.labels);
    reader.read(own, "has_specifiers", plan.has_specifiers);
}

}  // namespace

Result<Plan> decode(std::string_view text) {
    const Json json = Json::parse(text.begin(), text.end(), nullptr, false);
    if (json.is_discarded())
        return plain_error("plan: not JSON");
    Reader reader(json);
    Plan plan;
    decode_config(reader, json, plan);
    decode_own(reader, reader.field(json, "caisson"), plan);
    if (!reader.failed() && plan.command.empty() && !plan.boot)
        reader.fail("args", "empty");
    if (!reader.failed() && plan.root.layers.empty())
        reader.fail("layers", "empty");
    if (reader.failed())
        return plain_error("plan: " + reader.error());
    return plan;
}

}  // namespace caisson
