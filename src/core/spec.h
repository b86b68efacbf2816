// SPDX-License-Identifier: LGPL-2.1-or-later
// Spec: what the user asked for, as written: no defaults applied, nothing checked against anything
// else. Every value knows its place, for the errors that are found later.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/dependency.h"
#include "core/diagnostic.h"
#include "core/plan.h"

namespace caisson {

using Text = Located<std::string>;
using Texts = std::vector<Text>;

template <typename T>
using Given = std::optional<Located<T>>;

inline std::vector<std::string> values_of(const Given<Texts>& texts) {
    std::vector<std::string> values;
    if (texts)
        for (const Text& text : texts->value)
            values.push_back(text.value);
    return values;
}

// One entry of a table whose keys the user chooses: environment, labels, systemd.service.
struct NamedText {
    std::string name;
    std::string value;
    Position at;
};

struct Dependency {
    DependencyKind kind;
    std::string name;  // of a definition, or of a unit when it has a suffix
    Position at;
    std::string_view key = {};  // where it follows from another key: "namespaces.pid"
};

// A limit, as the unit directive that it becomes.
struct ResourceSetting {
    std::string_view directive;
    std::string value;
};

struct RootSpec {
    Given<std::string> directory;
    Given<Texts> layers;
    Given<RootMode> mode;
};

struct MountSpec {
    Position at;
    Given<MountType> type;
    Given<std::string> source;
    Given<std::string> target;
    Given<bool> read_only;
    Given<Texts> options;
    Given<bool> optional;
    Given<std::string> size;
    Given<std::string> mode;
    Given<bool> recursive;
    Given<std::string> propagation;
};

struct DeviceSpec {
    Position at;
    Given<std::string> path;
    Given<std::string> target;
    Given<std::string> permissions;
    Given<bool> optional;
};

struct NamespacesSpec {
    Given<Namespace> pid;
    Given<Namespace> network;
    Given<Namespace> uts;
    Given<Namespace> ipc;
    Given<Namespace> cgroup;
    Given<Namespace> time;
    Given<std::int64_t> monotonic;  // nanoseconds
    Given<std::int64_t> boottime;
};

struct UserNamespaceSpec {
    Given<UserNamespaceMode> mode;
    Given<std::int64_t> base;
    Given<std::int64_t> size;
};

struct SecuritySpec {
    Given<Texts> add_capabilities;  // "CAP_NET_RAW", "ALL"
    Given<Texts> drop_capabilities;
    Given<bool> no_new_privileges;
    Given<std::string> seccomp;
    Given<Texts> seccomp_allow;
    Given<Texts> seccomp_deny;
    Given<Texts> masked_paths;
    Given<Texts> read_only_paths;
    Given<Texts> unmask;
    Given<std::string> apparmor_profile;
    Given<std::string> selinux_label;
    Given<std::string> selinux_mount_label;
    std::vector<NamedText> sysctls;
};

struct HealthSpec {
    Given<Texts> command;
    Given<std::string> interval;
    Given<std::string> timeout;
    Given<std::int64_t> retries;
    Given<std::string> start_period;
    Given<HealthAction> on_failure;
};

struct ReloadSpec {
    Given<std::string> signal;  // "SIGHUP"
    Given<Texts> command;
};

struct SocketSpec {
    Position at;
    Given<std::string> listen;
    Given<std::string_view> type;  // "stream"
    Given<std::string> mode;
    Given<std::string> user;
};

// A secret: a name and the file of the host that holds it, encrypted or not.
struct CredentialSpec {
    std::string name;
    std::string path;
    bool encrypted = false;
    Position at;
};

struct ContainerSpec {
    std::string name;  // "web", "web@" for a template
    bool is_template = false;
    std::string_view definition;  // path of the file that defines it
    Position at;

    // Identity and unit.
    Given<std::string> description;
    Given<std::string> unit_name;
    Given<bool> autostart;
    Given<Texts> wanted_by;
    Given<Placement> placement;
    Given<std::string> slice;
    Given<std::string> pod;
    std::vector<Dependency> dependencies;
    std::vector<Text> requires_healthy;    // also among the dependencies
    std::vector<Text> requires_completed;  // also among the dependencies
    std::vector<NamedText> labels;
    std::vector<NamedText> unit_directives;
    std::vector<NamedText> service_directives;
    std::vector<NamedText> scope_directives;
    std::vector<NamedText> install_directives;

    // Payload.
    std::optional<Position> root_at;   // of `rootfs`
    std::optional<Position> image_at;  // of `image`, which would take its place
    RootSpec root;
    Given<Texts> command;
    Given<std::string> working_directory;
    Given<std::string> user;
    Given<Texts> groups;
    std::vector<NamedText> environment;
    Given<Texts> environment_files;
    Given<std::string> hostname;
    Given<std::string> umask;
    Given<std::string> stop_signal;
    Given<std::string> stop_timeout;
    Given<std::string> start_timeout;
    Given<std::string> restart;
    Given<std::string> restart_delay;
    Given<std::string> start_limit_interval;
    Given<std::int64_t> start_limit_burst;
    Given<Texts> success_exit_status;  // "3", "SIGUSR1"
    Given<Ready> ready;
    std::optional<Position> health_at;  // of `health`
    HealthSpec health;
    std::optional<Position> reload_at;  // of `reload`
    ReloadSpec reload;
    std::vector<SocketSpec> sockets;
    std::vector<CredentialSpec> credentials;

    std::vector<ResourceSetting> resources;
    Given<std::string_view> oom_policy;
    Given<std::int64_t> oom_score_adjust;
    std::vector<MountSpec> mounts;
    Given<NamespaceMode> network;
    std::vector<DeviceSpec> devices;
    std::vector<ResourceLimit> limits;
    NamespacesSpec namespaces;
    UserNamespaceSpec user_namespace;
    SecuritySpec security;
    Given<bool> boot;
    Given<bool> init;
    Given<std::string> timezone;

    // In strings that go to the plan.
    std::set<char> specifiers;
    bool has_percent = false;  // a specifier or "%%"
};

// A group of containers with a common ceiling and namespaces in common.
struct PodSpec {
    std::string name;
    std::string_view definition;  // path of the file that defines it
    Position at;
    Given<std::string> description;
    Given<bool> autostart;
    Given<Texts> share;
    std::vector<ResourceSetting> resources;
};

}  // namespace caisson
