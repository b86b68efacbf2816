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

enum class NamespaceMode { Private, Host, Path, Container, Pod };

struct Namespace {
    NamespaceMode mode = NamespaceMode::Private;
    std::string target;  // Path: absolute; Container: the name of another container; Pod: its name

    bool operator==(const Namespace&) const = default;
};

// The mount namespace is always private; the user namespace is described by UserNamespace.
struct Namespaces {
    Namespace pid;
    Namespace network;
    Namespace uts;
    Namespace ipc;
    Namespace cgroup;
    Namespace time;
};

// time_namespaces(7): what is added to the clocks, in nanoseconds.
struct TimeOffsets {
    std::int64_t monotonic = 0;
    std::int64_t boottime = 0;
};

// Auto: a range of the container's own, which the host allocates once. Host: none.
enum class UserNamespaceMode { Auto, Host, Range };

struct UserNamespace {
    UserNamespaceMode mode = UserNamespaceMode::Auto;
    std::uint32_t base = 0;  // Range: the host's id of the container's 0
    std::uint32_t size = 65536;
};

struct RootFileSystem {
    RootMode mode = RootMode::Ephemeral;
    std::vector<std::string> layers;  // absolute host paths, topmost first; at least one
};

// The attributes of a mount(8), as mount_setattr(2) has them. A bind mount is idmapped where the
// container has a user namespace: its 0 is the owner 0 on disk.
struct MountFlags {
    bool read_only = false;
    bool nosuid = false;
    bool nodev = false;
    bool noexec = false;
    bool noatime = false;
    bool nosymfollow = false;
    bool noidmap = false;  // Bind: owners are the host's, whatever the user namespace

    bool operator==(const MountFlags&) const = default;
};

// mount_namespaces(7). The recursive ones hold for all that is mounted below, too.
enum class Propagation { Private, Slave, Shared, Unbindable };

enum class MountType { Bind, Tmpfs, Proc, Sysfs, Cgroup2, Devpts, Mqueue, Dev };

struct Mount {
    MountType type = MountType::Bind;
    std::string source;  // Bind only: an absolute host path
    std::string target;  // absolute, inside the container
    MountFlags flags;
    bool recursive = true;  // Bind: submounts too, flags included
    Propagation propagation = Propagation::Private;
    bool recursive_propagation = true;
    bool optional = false;  // Bind: no source, no mount
    std::string size;  // Tmpfs: as tmpfs(5) takes it, "64M" or "10%"; empty: the kernel's default
    std::string mode;  // Tmpfs: octal, "1777"; empty: "0755"
};

enum class SeccompMode { Default, Unconfined, Profile };

struct Seccomp {
    SeccompMode mode = SeccompMode::Default;
    std::string profile;             // Profile: absolute path of a Docker/OCI profile, JSON
    std::vector<std::string> allow;  // names of system calls, on top of it
    std::vector<std::string> deny;
};

// getrlimit(2). UINT64_MAX is infinity.
struct ResourceLimit {
    std::string name;  // "RLIMIT_NOFILE"
    std::uint64_t soft = 0;
    std::uint64_t hard = 0;
};

struct Device {
    std::string path;  // on the host
    std::string target;
    std::string permissions;  // of "rwm"
    bool optional = false;
};

// Linux security modules. Empty: not asked for.
struct SecurityLabels {
    std::string apparmor_profile;
    std::string selinux_label;
    std::string selinux_mount_label;
};

// When systemd is told that the service is active. Completed: the payload has ended with success,
// for a container that others name in requires_completed.
enum class Ready { Exec, Notify, Healthy, Completed };

// What being unhealthy leads to.
enum class HealthAction { None, Restart, Stop };

// A probe that runs inside the container. Times are in microseconds.
struct Health {
    std::vector<std::string> command;  // argv; empty: there is no probe
    std::uint64_t interval = 30'000'000;
    std::uint64_t timeout = 10'000'000;
    std::uint64_t start_period = 0;
    std::uint32_t retries = 3;  // failures in a row that make it unhealthy
    HealthAction on_failure = HealthAction::None;
};

// What `systemctl reload` does: one of the two, or nothing.
struct Reload {
    std::string signal;                // "SIGHUP", to the payload
    std::vector<std::string> command;  // argv, run inside
};

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
    std::vector<ResourceLimit> limits;
    bool boot = false;     // the payload is an init system: `command` may be empty
    bool init = false;     // a minimal PID 1 runs the payload
    std::string timezone;  // "host", a zone of /usr/share/zoneinfo, or empty: as in the root

    // Isolation.
    Namespaces namespaces;
    TimeOffsets time_offsets;
    UserNamespace user_namespace;
    RootFileSystem root;
    std::vector<Mount> mounts;  // in order of mounting, /proc and /dev included
    std::vector<std::string> masked_paths;
    std::vector<std::string> read_only_paths;
    std::vector<std::string> capabilities;  // "CAP_CHOWN"; the bounding set
    std::vector<std::string> ambient;       // of these, what a user other than 0 has from the start
    bool no_new_privileges = true;
    Seccomp seccomp;
    SecurityLabels security_labels;
    std::vector<std::pair<std::string, std::string>> sysctls;  // "net.ipv4.ip_forward", sorted
    std::vector<Device> devices;                               // besides the standard ones

    // Under systemd.
    Ready ready = Ready::Exec;
    Health health;
    Reload reload;
    std::uint32_t sockets = 0;             // that systemd passes, for the payload
    std::vector<std::string> credentials;  // names below $CREDENTIALS_DIRECTORY, sorted
    std::string oom_policy;  // "continue", "stop", "kill", or empty: systemd's default
    Placement placement = Placement::Scope;
    std::string slice = "caisson.slice";
    std::vector<Directive> scope_directives;  // limits and `systemd.scope`, for the [Scope] section
    std::vector<std::pair<std::string, std::string>> labels;

    // Strings of a plan that names specifiers still hold them; expand_specifiers() resolves them
    // at start, where the instance and the host are known. They may stand in name, service,
    // root_label, command, values of environment and labels, environment_files, working_directory,
    // user, groups, hostname, root.layers, sources and targets of mounts, paths of devices, slice,
    // scope_directives and the commands of health and reload.
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
