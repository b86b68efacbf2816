// SPDX-License-Identifier: LGPL-2.1-or-later
// Plan: what will be done for one container, with every default applied and every choice made.
// It travels from the generator to the runtime as an OCI runtime configuration (runtime-spec,
// config.json) with one more object, `caisson`. Nothing here touches the system.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace caisson {

enum class Placement { Scope, Service };
enum class RootMode { Ephemeral, Persistent, ReadOnly };

// Private: a new namespace. Host: the host's.
enum class NamespaceMode { Private, Host };

struct Namespaces {
    NamespaceMode pid = NamespaceMode::Private;
    NamespaceMode network = NamespaceMode::Private;
    NamespaceMode uts = NamespaceMode::Private;
    NamespaceMode ipc = NamespaceMode::Private;
    NamespaceMode cgroup = NamespaceMode::Private;
    NamespaceMode user = NamespaceMode::Host;
};

struct RootFileSystem {
    RootMode mode = RootMode::Ephemeral;
    std::vector<std::string> layers;  // absolute host paths, topmost first; at least one
};

// The attributes of a mount(8), as mount_setattr(2) has them.
struct MountFlags {
    bool read_only = false;
    bool nosuid = false;
    bool nodev = false;
    bool noexec = false;
    bool noatime = false;
    bool nosymfollow = false;

    bool operator==(const MountFlags&) const = default;
};

enum class MountType { Bind, Tmpfs, Proc, Sysfs, Cgroup2, Devpts, Mqueue, Dev };

struct Mount {
    MountType type = MountType::Bind;
    std::string source;  // Bind only: an absolute host path
    std::string target;  // absolute, inside the container
    MountFlags flags;
    bool recursive = true;  // Bind: submounts too, flags included
    bool optional = false;  // Bind: no source, no mount
    std::string size;  // Tmpfs: as tmpfs(5) takes it, "64M" or "10%"; empty: the kernel's default
    std::string mode;  // Tmpfs: octal, "1777"; empty: "0755"
};

enum class SeccompMode { Default, Unconfined };

struct Directive {
    std::string key;
    std::string value;

    bool operator==(const Directive&) const = default;
};

struct Plan {
    std::string name;        // "web"; an instance of a template is "web@blue"
    std::string service;     // "web.service"
    std::string definition;  // the path of the file that defines it
    std::string root_label;  // what list shows for image or root

    // Payload.
    std::vector<std::string> command;                              // argv, not empty
    std::vector<std::pair<std::string, std::string>> environment;  // sorted by name
    std::vector<std::string> environment_files;                    // a leading "-": may be missing
    std::string working_directory = "/";
    std::string user = "0";           // name, uid, name:group or uid:gid; resolved inside
    std::vector<std::string> groups;  // supplementary; names or gids, resolved inside
    unsigned umask = 0022;
    std::string hostname;
    std::optional<int>
        oom_score_adjust;  // systemd applies it to the service, the payload inherits it

    // Isolation.
    Namespaces namespaces;
    RootFileSystem root;
    std::vector<Mount> mounts;  // in order of mounting, /proc and /dev included
    std::vector<std::string> masked_paths;
    std::vector<std::string> read_only_paths;
    std::vector<std::string> capabilities;  // "CAP_CHOWN"; the bounding set
    bool no_new_privileges = true;
    SeccompMode seccomp = SeccompMode::Default;

    // Under systemd.
    Placement placement = Placement::Scope;
    std::string slice = "caisson.slice";
    std::vector<Directive> scope_directives;  // limits and `systemd.scope`, for the [Scope] section
    std::vector<std::pair<std::string, std::string>> labels;

    // Strings of a plan that names specifiers still hold them; expand_specifiers() resolves them
    // at start, where the instance and the host are known. They may stand in name, service,
    // root_label, command, values of environment and labels, environment_files, working_directory,
    // user, groups, hostname, root.layers, sources and targets of mounts, slice and
    // scope_directives.
    bool has_specifiers = false;
};

// The scope of a service: systemd refuses scopes that look like instances ("web@blue.scope" is
// EINVAL up to 262), and a colon cannot occur in a container's name.
std::string scope_name(std::string_view name);

std::string encode(const Plan& plan);        // JSON, deterministic to the byte
Result<Plan> decode(std::string_view json);  // strict: unknown or missing fields are errors

// The OCI runtime configuration alone, for other tools: what encode() writes, with the seccomp
// filter spelled out and without what only Caisson knows.
std::string encode_oci(const Plan& plan);

}  // namespace caisson
