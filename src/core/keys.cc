// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/keys.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "core/reading.h"

namespace caisson {
namespace {

constexpr Key table[] = {
    {"", "container", "table", "", 'a',
     "the container named after the file, or several, as [[container]] with names", "",
     Specifiers::No, nullptr},
    {"", "pod", "table", "", 'c',
     "a group of containers with a common ceiling and shared namespaces", "", Specifiers::No,
     nullptr},
    {"", "network", "table", "", 'n', "a network that containers join", "", Specifiers::No,
     nullptr},
    {"", "volume", "table", "", 'i', "a directory that outlives the containers which mount it", "",
     Specifiers::No, nullptr},
    {"", "image", "table", "", 'i', "an OCI image to fetch", "", Specifiers::No, nullptr},
    {"container", "name", "string", "", 'a', "the name, in [[container]] only", "", Specifiers::No,
     read_misplaced_name},
    {"container", "description", "string", "\"Container NAME\"", 'a',
     "what people see in listings of units", "Description=", Specifiers::Unit,
     read_line<&ContainerSpec::description>},
    {"container", "unit_name", "string", "the name", 'a',
     "the name of the service, without \".service\"", "", Specifiers::No,
     read_line<&ContainerSpec::unit_name>},
    {"container", "autostart", "boolean", "true", 'a', "start at boot",
     "WantedBy=multi-user.target", Specifiers::No, read_boolean<&ContainerSpec::autostart>},
    {"container", "wanted_by", "list of strings", "[\"multi-user.target\"]", 'a',
     "the units that start it, in place of the target of autostart", "WantedBy=", Specifiers::No,
     read_lines<&ContainerSpec::wanted_by>},
    {"container", "placement", "\"scope\", \"service\"", "\"scope\"", 'a',
     "where the cgroup of the payload is", "", Specifiers::No, read_placement},
    {"container", "slice", "string", "\"caisson.slice\"", 'a',
     "the slice of the service and the scope", "Slice=", Specifiers::Plan,
     read_line<&ContainerSpec::slice>},
    {"container", "pod", "string", "", 'c', "the pod to join", "", Specifiers::No,
     read_line<&ContainerSpec::pod>},
    {"container", "after", "list of strings", "", 'a', "start after these",
     "After=", Specifiers::Unit, read_dependencies<DependencyKind::After>},
    {"container", "before", "list of strings", "", 'a', "start before these",
     "Before=", Specifiers::Unit, read_dependencies<DependencyKind::Before>},
    {"container", "requires", "list of strings", "", 'a', "start these too; stop when they stop",
     "Requires=", Specifiers::Unit, read_dependencies<DependencyKind::Requires>},
    {"container", "wants", "list of strings", "", 'a', "start these too",
     "Wants=", Specifiers::Unit, read_dependencies<DependencyKind::Wants>},
    {"container", "binds_to", "list of strings", "", 'a',
     "as requires, and stop when they end by themselves", "BindsTo=", Specifiers::Unit,
     read_dependencies<DependencyKind::BindsTo>},
    {"container", "part_of", "list of strings", "", 'a', "stop and restart with these",
     "PartOf=", Specifiers::Unit, read_dependencies<DependencyKind::PartOf>},
    {"container", "conflicts", "list of strings", "", 'a', "stop these on start, and the reverse",
     "Conflicts=", Specifiers::Unit, read_dependencies<DependencyKind::Conflicts>},
    {"container", "upholds", "list of strings", "", 'a', "keep these running",
     "Upholds=", Specifiers::Unit, read_dependencies<DependencyKind::Upholds>},
    {"container", "requires_healthy", "list of strings", "", 'c',
     "start only when these are healthy", "", Specifiers::No, read_requires_healthy},
    {"container", "requires_completed", "list of strings", "", 'c',
     "start only when these have ended with success", "", Specifiers::No, read_requires_completed},
    {"container", "labels", "table of strings", "", 'a',
     "shown by caissonctl and, as CAISSON_LABEL_KEY=, in the journal",
     "LogExtraFields=", Specifiers::No, read_section},
    {"container", "systemd", "table", "", 'a', "directives of the units, verbatim", "",
     Specifiers::No, read_section},
    {"container", "rootfs", "table", "", 'a', "the root file system", "", Specifiers::No,
     read_root},
    {"container", "image", "string", "", 'i', "the OCI image to run", "", Specifiers::No, nullptr},
    {"container", "command", "list of strings", "", 'a',
     "the program and its arguments; no shell reads it", "", Specifiers::Plan,
     read_texts<&ContainerSpec::command>},
    {"container", "entrypoint", "list of strings", "", 'i',
     "in place of the entry point of the image", "", Specifiers::No, nullptr},
    {"container", "boot", "boolean", "false", 'b', "the payload is an init system", "",
     Specifiers::No, read_boolean<&ContainerSpec::boot>},
    {"container", "init", "boolean", "false", 'b',
     "a minimal PID 1 reaps processes and passes signals on", "", Specifiers::No,
     read_boolean<&ContainerSpec::init>},
    {"container", "working_directory", "string", "\"/\"", 'a',
     "where the payload starts; it must exist", "", Specifiers::Plan,
     read_line<&ContainerSpec::working_directory>},
    {"container", "user", "string", "\"0\"", 'a',
     "name, uid, name:group or uid:gid, resolved inside the container", "", Specifiers::Plan,
     read_line<&ContainerSpec::user>},
    {"container", "groups", "list of strings", "", 'a',
     "supplementary groups, resolved inside the container", "", Specifiers::Plan,
     read_lines<&ContainerSpec::groups>},
    {"container", "environment", "table of strings", "", 'a', "environment variables", "",
     Specifiers::No, read_section},
    {"container", "environment_file", "list of strings", "", 'a',
     "files of the host with variables; a leading \"-\" makes one optional", "", Specifiers::Plan,
     read_lines<&ContainerSpec::environment_files>},
    {"container", "hostname", "string", "the name", 'a', "the host name inside", "",
     Specifiers::Plan, read_line<&ContainerSpec::hostname>},
    {"container", "umask", "string", "\"0022\"", 'a', "the file mode creation mask", "",
     Specifiers::No, read_line<&ContainerSpec::umask>},
    {"container", "stop_signal", "string", "\"SIGTERM\"", 'a',
     "what PID 1 of the container is sent to stop", "KillSignal=", Specifiers::No,
     read_stop_signal},
    {"container", "stop_timeout", "time", "\"10s\"", 'a', "after that, SIGKILL",
     "TimeoutStopSec=", Specifiers::No, read_time<&ContainerSpec::stop_timeout>},
    {"container", "start_timeout", "time", "\"90s\"", 'a', "after that, the start has failed",
     "TimeoutStartSec=", Specifiers::No, read_time<&ContainerSpec::start_timeout>},
    {"container", "restart", "string", "\"on-failure\"", 'a', "when to start again",
     "Restart=", Specifiers::No, read_restart},
    {"container", "restart_delay", "time", "", 'c', "pause before a restart",
     "RestartSec=", Specifiers::No, read_pause<&ContainerSpec::restart_delay>},
    {"container", "start_limit", "table", "", 'c', "how often it may start", "", Specifiers::No,
     read_section},
    {"container", "success_exit_status", "list of integers and signals", "", 'c',
     "what else counts as success, besides 0 and the stop signal",
     "SuccessExitStatus=", Specifiers::No, read_success_exit_status},
    {"container", "ready", "\"exec\", \"notify\", \"healthy\"", "\"exec\"", 'c',
     "when the service is active", "", Specifiers::No, read_ready},
    {"container", "reload", "table", "", 'c', "what systemctl reload does",
     "ExecReload=", Specifiers::No, read_reload},
    {"container", "timezone", "string", "", 'b', "\"host\", \"UTC\" or a zone", "", Specifiers::No,
     read_line<&ContainerSpec::timezone>},
    {"container", "resources", "table", "", 'a', "limits of the cgroup", "", Specifiers::No,
     read_section},
    {"container", "limits", "table", "", 'b', "limits of processes, getrlimit(2)", "",
     Specifiers::No, read_section},
    {"container", "namespaces", "table", "", 'b', "which namespaces are private", "",
     Specifiers::No, read_section},
    {"container", "user_namespace", "table", "", 'b', "the range of user and group ids", "",
     Specifiers::No, read_section},
    {"container", "security", "table", "", 'b', "capabilities, system calls, kernel paths", "",
     Specifiers::No, read_section},
    {"container", "mount", "list of tables", "", 'a', "directories of the host, and memory", "",
     Specifiers::No, read_mounts},
    {"container", "device", "list of tables", "", 'b', "devices of the host", "", Specifiers::No,
     read_devices},
    {"container", "health", "table", "", 'c', "a probe that tells whether the payload works", "",
     Specifiers::No, read_health},
    {"container", "socket", "list of tables", "", 'c', "start on the first connection", "",
     Specifiers::No, read_sockets},
    {"container", "credentials", "table of strings", "", 'c', "secrets, from files",
     "LoadCredential=", Specifiers::No, read_section},
    {"container", "encrypted_credentials", "table of strings", "", 'c',
     "secrets, from encrypted files", "LoadCredentialEncrypted=", Specifiers::No, read_section},
    {"container", "network", "table", "", 'a', "how the container reaches others", "",
     Specifiers::No, read_section},
    {"container.systemd", "unit", "table", "", 'a', "directives of [Unit] of the service, verbatim",
     "", Specifiers::No, read_section},
    {"container.systemd", "service", "table", "", 'a', "directives of [Service], verbatim", "",
     Specifiers::No, read_section},
    {"container.systemd", "scope", "table", "", 'a',
     "directives of [Scope], with placement \"scope\", verbatim", "", Specifiers::No, read_section},
    {"container.systemd", "install", "table", "", 'a', "directives of [Install], verbatim", "",
     Specifiers::No, read_section},
    {"container.systemd.unit", "*", "string, or list of strings", "", 'a',
     "any directive of systemd.unit(5)", "", Specifiers::No,
     read_directive<&ContainerSpec::unit_directives>},
    {"container.systemd.service", "*", "string, or list of strings", "", 'a',
     "any directive of systemd.service(5), systemd.exec(5), systemd.kill(5), "
     "systemd.resource-control(5)",
     "", Specifiers::No, read_directive<&ContainerSpec::service_directives>},
    {"container.systemd.scope", "*", "string, or list of strings", "", 'a',
     "any directive of systemd.scope(5), systemd.resource-control(5)", "", Specifiers::No,
     read_directive<&ContainerSpec::scope_directives>},
    {"container.systemd.install", "*", "string, or list of strings", "", 'a',
     "any directive of systemd.unit(5): WantedBy, RequiredBy, Alias, DefaultInstance", "",
     Specifiers::No, read_directive<&ContainerSpec::install_directives>},
    {"container.labels", "*", "string", "", 'a', "a label", "LogExtraFields=", Specifiers::Plan,
     read_labels},
    {"container.environment", "*", "string", "", 'a', "a variable", "", Specifiers::Plan,
     read_environment},
    {"container.rootfs", "directory", "string", "", 'a', "the root, a directory of the host", "",
     Specifiers::Plan, read_line<&RootSpec::directory>},
    {"container.rootfs", "layers", "list of strings", "", 'a',
     "the root as directories of the host over each other, topmost first", "", Specifiers::Plan,
     read_lines<&RootSpec::layers>},
    {"container.rootfs", "mode", "\"ephemeral\", \"persistent\", \"read-only\"", "\"ephemeral\"",
     'a', "whether writes are discarded at stop, kept, or refused", "", Specifiers::No,
     read_root_mode},
    {"container.resources", "memory_max", "size, percentage or \"infinity\"", "", 'a',
     "memory that the kernel enforces by killing", "MemoryMax=", Specifiers::No, read_memory},
    {"container.resources", "memory_high", "size, percentage or \"infinity\"", "", 'a',
     "memory above which the payload is slowed down", "MemoryHigh=", Specifiers::No, read_memory},
    {"container.resources", "memory_low", "size, percentage or \"infinity\"", "", 'a',
     "memory that is spared while others have some", "MemoryLow=", Specifiers::No, read_memory},
    {"container.resources", "memory_min", "size, percentage or \"infinity\"", "", 'a',
     "memory that is never reclaimed", "MemoryMin=", Specifiers::No, read_memory},
    {"container.resources", "memory_swap_max", "size, percentage or \"infinity\"", "", 'a',
     "swap space", "MemorySwapMax=", Specifiers::No, read_memory},
    {"container.resources", "cpu_quota", "percentage", "", 'a',
     "share of one CPU; 250% is two and a half", "CPUQuota=", Specifiers::No, read_cpu_quota},
    {"container.resources", "cpu_weight", "integer or \"idle\"", "", 'a',
     "share under contention, 1 to 10000", "CPUWeight=", Specifiers::No, read_cpu_weight},
    {"container.resources", "cpus", "string", "", 'a', "the CPUs it may use, \"0-3,5\"",
     "AllowedCPUs=", Specifiers::No, read_number_set},
    {"container.resources", "memory_nodes", "string", "", 'a', "the NUMA nodes it may use, \"0-1\"",
     "AllowedMemoryNodes=", Specifiers::No, read_number_set},
    {"container.resources", "io_weight", "integer", "", 'a',
     "share of block devices under contention, 1 to 10000", "IOWeight=", Specifiers::No,
     read_io_weight},
    {"container.resources", "io_max", "list of tables", "", 'c',
     "per device: device, read_bandwidth, write_bandwidth, read_iops, write_iops",
     "IOReadBandwidthMax=", Specifiers::No, read_io_max},
    {"container.resources", "tasks_max", "integer, percentage or \"infinity\"", "", 'a',
     "processes and threads", "TasksMax=", Specifiers::No, read_tasks},
    {"container.resources", "oom_policy", "\"continue\", \"stop\", \"kill\"", "", 'c',
     "what happens when the kernel kills for memory", "OOMPolicy=", Specifiers::No,
     read_oom_policy},
    {"container.resources", "oom_score_adjust", "integer", "", 'a',
     "-1000 to 1000: whom the kernel kills first", "OOMScoreAdjust=", Specifiers::No,
     read_oom_score_adjust},
    {"container.limits", "as", "string", "", 'b', "soft:hard limit, RLIMIT_AS of getrlimit(2)", "",
     Specifiers::No, read_process_limit},
    {"container.limits", "core", "string", "", 'b', "soft:hard limit, RLIMIT_CORE of getrlimit(2)",
     "", Specifiers::No, read_process_limit},
    {"container.limits", "cpu", "string", "", 'b', "soft:hard limit, RLIMIT_CPU of getrlimit(2)",
     "", Specifiers::No, read_process_limit},
    {"container.limits", "data", "string", "", 'b', "soft:hard limit, RLIMIT_DATA of getrlimit(2)",
     "", Specifiers::No, read_process_limit},
    {"container.limits", "fsize", "string", "", 'b',
     "soft:hard limit, RLIMIT_FSIZE of getrlimit(2)", "", Specifiers::No, read_process_limit},
    {"container.limits", "locks", "string", "", 'b',
     "soft:hard limit, RLIMIT_LOCKS of getrlimit(2)", "", Specifiers::No, read_process_limit},
    {"container.limits", "memlock", "string", "", 'b',
     "soft:hard limit, RLIMIT_MEMLOCK of getrlimit(2)", "", Specifiers::No, read_process_limit},
    {"container.limits", "msgqueue", "string", "", 'b',
     "soft:hard limit, RLIMIT_MSGQUEUE of getrlimit(2)", "", Specifiers::No, read_process_limit},
    {"container.limits", "nice", "string", "", 'b', "soft:hard limit, RLIMIT_NICE of getrlimit(2)",
     "", Specifiers::No, read_process_limit},
    {"container.limits", "nofile", "string", "", 'b',
     "soft:hard limit, RLIMIT_NOFILE of getrlimit(2)", "", Specifiers::No, read_process_limit},
    {"container.limits", "nproc", "string", "", 'b',
     "soft:hard limit, RLIMIT_NPROC of getrlimit(2)", "", Specifiers::No, read_process_limit},
    {"container.limits", "rss", "string", "", 'b', "soft:hard limit, RLIMIT_RSS of getrlimit(2)",
     "", Specifiers::No, read_process_limit},
    {"container.limits", "rtprio", "string", "", 'b',
     "soft:hard limit, RLIMIT_RTPRIO of getrlimit(2)", "", Specifiers::No, read_process_limit},
    {"container.limits", "rttime", "string", "", 'b',
     "soft:hard limit, RLIMIT_RTTIME of getrlimit(2)", "", Specifiers::No, read_process_limit},
    {"container.limits", "sigpending", "string", "", 'b',
     "soft:hard limit, RLIMIT_SIGPENDING of getrlimit(2)", "", Specifiers::No, read_process_limit},
    {"container.limits", "stack", "string", "", 'b',
     "soft:hard limit, RLIMIT_STACK of getrlimit(2)", "", Specifiers::No, read_process_limit},
    {"container.namespaces", "pid", "\"private\", \"host\", a path, \"container:NAME\"",
     "\"private\"", 'b', "pid namespace", "", Specifiers::No, read_namespace<&NamespacesSpec::pid>},
    {"container.namespaces", "network", "\"private\", \"host\", a path, \"container:NAME\"",
     "\"private\"", 'b', "network namespace", "", Specifiers::No,
     read_namespace<&NamespacesSpec::network>},
    {"container.namespaces", "uts", "\"private\", \"host\", a path, \"container:NAME\"",
     "\"private\"", 'b', "uts namespace", "", Specifiers::No, read_namespace<&NamespacesSpec::uts>},
    {"container.namespaces", "ipc", "\"private\", \"host\", a path, \"container:NAME\"",
     "\"private\"", 'b', "ipc namespace", "", Specifiers::No, read_namespace<&NamespacesSpec::ipc>},
    {"container.namespaces", "cgroup", "\"private\", \"host\", a path, \"container:NAME\"",
     "\"private\"", 'b', "cgroup namespace", "", Specifiers::No,
     read_namespace<&NamespacesSpec::cgroup>},
    {"container.namespaces", "time", "\"private\", \"host\", a path, \"container:NAME\"",
     "\"private\"", 'b', "time namespace", "", Specifiers::No,
     read_namespace<&NamespacesSpec::time>},
    {"container.namespaces", "time_offset", "table", "", 'b',
     "offsets of the clocks of a time namespace", "", Specifiers::No, read_section},
    {"container.namespaces.time_offset", "monotonic", "time", "0", 'b',
     "added to CLOCK_MONOTONIC; may be negative", "", Specifiers::No,
     read_offset<&NamespacesSpec::monotonic>},
    {"container.namespaces.time_offset", "boottime", "time", "0", 'b',
     "added to CLOCK_BOOTTIME; may be negative", "", Specifiers::No,
     read_offset<&NamespacesSpec::boottime>},
    {"container.user_namespace", "mode", "\"auto\", \"host\", \"range\"", "\"auto\"", 'b',
     "a range of its own, none, or a given one", "", Specifiers::No, read_user_namespace_mode},
    {"container.user_namespace", "base", "integer", "", 'b', "first id of the range", "",
     Specifiers::No, read_id<&UserNamespaceSpec::base>},
    {"container.user_namespace", "size", "integer", "65536", 'b', "ids in the range", "",
     Specifiers::No, read_id<&UserNamespaceSpec::size>},
    {"container.security", "capabilities", "table", "", 'b',
     "add and drop, on top of the default set", "", Specifiers::No, read_section},
    {"container.security", "no_new_privileges", "boolean", "true", 'b',
     "set-user-ID programs gain nothing", "", Specifiers::No,
     read_boolean<&SecuritySpec::no_new_privileges>},
    {"container.security", "seccomp", "\"default\", \"unconfined\", a path", "\"default\"", 'b',
     "the filter of system calls", "", Specifiers::No, read_line<&SecuritySpec::seccomp>},
    {"container.security", "seccomp_allow", "list of strings", "", 'b',
     "system calls allowed on top of it", "", Specifiers::No,
     read_lines<&SecuritySpec::seccomp_allow>},
    {"container.security", "seccomp_deny", "list of strings", "", 'b',
     "system calls denied on top of it", "", Specifiers::No,
     read_lines<&SecuritySpec::seccomp_deny>},
    {"container.security", "masked_paths", "list of strings", "", 'b',
     "kernel paths to hide, besides the default ones", "", Specifiers::No,
     read_lines<&SecuritySpec::masked_paths>},
    {"container.security", "read_only_paths", "list of strings", "", 'b',
     "kernel paths to make read-only, besides the default ones", "", Specifiers::No,
     read_lines<&SecuritySpec::read_only_paths>},
    {"container.security", "unmask", "list of strings", "", 'b', "default paths to leave alone", "",
     Specifiers::No, read_lines<&SecuritySpec::unmask>},
    {"container.security", "apparmor_profile", "string", "", 'b', "AppArmor profile of the payload",
     "", Specifiers::No, read_line<&SecuritySpec::apparmor_profile>},
    {"container.security", "selinux_label", "string", "", 'b', "SELinux label of the payload", "",
     Specifiers::No, read_line<&SecuritySpec::selinux_label>},
    {"container.security", "selinux_mount_label", "string", "", 'b', "SELinux label of its files",
     "", Specifiers::No, read_line<&SecuritySpec::selinux_mount_label>},
    {"container.security", "sysctl", "table", "", 'b', "namespaced kernel settings", "",
     Specifiers::No, read_section},
    {"container.security.capabilities", "add", "list of strings", "", 'b',
     "capabilities(7) besides the default ones; \"ALL\"", "", Specifiers::No,
     read_capabilities<&SecuritySpec::add_capabilities>},
    {"container.security.capabilities", "drop", "list of strings", "", 'b',
     "capabilities(7) to take from the default ones; \"ALL\"", "", Specifiers::No,
     read_capabilities<&SecuritySpec::drop_capabilities>},
    {"container.security.sysctl", "*", "string or integer", "", 'b', "a setting, sysctl(8)", "",
     Specifiers::No, read_sysctl},
    {"container.mount", "type", "\"bind\", \"tmpfs\"", "\"bind\"", 'a',
     "a directory or file of the host, or memory", "", Specifiers::No, read_mount_type},
    {"container.mount", "source", "string", "", 'a',
     "path on the host; a relative one starts at the directory of the definition", "",
     Specifiers::Plan, read_line<&MountSpec::source>},
    {"container.mount", "target", "string", "", 'a', "absolute path inside", "", Specifiers::Plan,
     read_line<&MountSpec::target>},
    {"container.mount", "read_only", "boolean", "false", 'a', "with all that is mounted below", "",
     Specifiers::No, read_boolean<&MountSpec::read_only>},
    {"container.mount", "options", "list of strings", "[\"nosuid\", \"nodev\"]", 'a',
     "nosuid suid nodev dev noexec exec ro rw noatime atime nosymfollow symfollow idmap noidmap",
     "", Specifiers::No, read_lines<&MountSpec::options>},
    {"container.mount", "recursive", "boolean", "true", 'b',
     "with what is mounted below the source", "", Specifiers::No,
     read_boolean<&MountSpec::recursive>},
    {"container.mount", "propagation", "string", "\"rprivate\"", 'b',
     "whether later mounts pass, mount_namespaces(7)", "", Specifiers::No,
     read_line<&MountSpec::propagation>},
    {"container.mount", "optional", "boolean", "false", 'a', "skip it when the source is missing",
     "", Specifiers::No, read_boolean<&MountSpec::optional>},
    {"container.mount", "size", "size or percentage", "", 'a', "of a tmpfs", "", Specifiers::No,
     read_line<&MountSpec::size>},
    {"container.mount", "mode", "string", "\"0755\"", 'a', "of a tmpfs, octal", "", Specifiers::No,
     read_line<&MountSpec::mode>},
    {"container.device", "path", "string", "", 'b', "device node of the host", "", Specifiers::Plan,
     read_line<&DeviceSpec::path>},
    {"container.device", "target", "string", "the path", 'b', "path inside", "", Specifiers::Plan,
     read_line<&DeviceSpec::target>},
    {"container.device", "permissions", "string", "\"rwm\"", 'b', "read, write, make", "",
     Specifiers::No, read_line<&DeviceSpec::permissions>},
    {"container.device", "optional", "boolean", "false", 'b', "skip it when it is missing", "",
     Specifiers::No, read_boolean<&DeviceSpec::optional>},
    {"container.resources.io_max", "device", "string", "", 'c', "a block device, or a file on one",
     "", Specifiers::No, read_io_device},
    {"container.resources.io_max", "read_bandwidth", "size", "", 'c', "bytes a second",
     "IOReadBandwidthMax=", Specifiers::No, read_io_bandwidth},
    {"container.resources.io_max", "write_bandwidth", "size", "", 'c', "bytes a second",
     "IOWriteBandwidthMax=", Specifiers::No, read_io_bandwidth},
    {"container.resources.io_max", "read_iops", "integer", "", 'c', "operations a second",
     "IOReadIOPSMax=", Specifiers::No, read_io_operations},
    {"container.resources.io_max", "write_iops", "integer", "", 'c', "operations a second",
     "IOWriteIOPSMax=", Specifiers::No, read_io_operations},
    {"container.start_limit", "interval", "time", "the manager's", 'c',
     "in this time; 0 for no limit", "StartLimitIntervalSec=", Specifiers::No,
     read_pause<&ContainerSpec::start_limit_interval>},
    {"container.start_limit", "burst", "integer", "the manager's", 'c', "this many starts",
     "StartLimitBurst=", Specifiers::No, read_count<&ContainerSpec::start_limit_burst>},
    {"container.reload", "signal", "string", "", 'c', "what the payload is sent", "",
     Specifiers::No, read_reload_signal},
    {"container.reload", "command", "list of strings", "", 'c', "run inside; its result counts", "",
     Specifiers::Plan, read_texts<&ReloadSpec::command>},
    {"container.health", "command", "list of strings", "", 'c', "the probe, run inside", "",
     Specifiers::Plan, read_texts<&HealthSpec::command>},
    {"container.health", "interval", "time", "\"30s\"", 'c', "from one probe to the next", "",
     Specifiers::No, read_time<&HealthSpec::interval>},
    {"container.health", "timeout", "time", "\"10s\"", 'c', "of one probe", "", Specifiers::No,
     read_time<&HealthSpec::timeout>},
    {"container.health", "retries", "integer", "3", 'c', "failures in a row until unhealthy", "",
     Specifiers::No, read_count<&HealthSpec::retries>},
    {"container.health", "start_period", "time", "\"0\"", 'c', "failures in this time do not count",
     "", Specifiers::No, read_pause<&HealthSpec::start_period>},
    {"container.health", "on_failure", "\"none\", \"restart\", \"stop\"", "\"none\"", 'c',
     "what unhealthy leads to", "", Specifiers::No, read_health_action},
    {"container.socket", "listen", "string", "", 'c', "address, systemd.socket(5)",
     "ListenStream=", Specifiers::Unit, read_line<&SocketSpec::listen>},
    {"container.socket", "type", "\"stream\", \"datagram\", \"seqpacket\"", "\"stream\"", 'c',
     "kind of socket", "", Specifiers::No, read_socket_type},
    {"container.socket", "mode", "string", "\"0666\"", 'c', "of a socket file",
     "SocketMode=", Specifiers::No, read_line<&SocketSpec::mode>},
    {"container.socket", "user", "string", "\"root\"", 'c', "owner of a socket file",
     "SocketUser=", Specifiers::No, read_line<&SocketSpec::user>},
    {"container.credentials", "*", "string", "", 'c', "the file of the host", "", Specifiers::Unit,
     read_credential},
    {"container.encrypted_credentials", "*", "string", "", 'c',
     "the file of the host, made by systemd-creds(1)", "", Specifiers::Unit,
     read_encrypted_credential},
    {"container.network", "mode", "\"none\", \"host\"", "\"none\"", 'a',
     "loopback only, or the network of the host", "", Specifiers::No, read_network_mode},
    {"container.network", "networks", "list", "", 'n', "networks to join", "", Specifiers::No,
     nullptr},
    {"container.network", "publish", "list of strings", "", 'n',
     "ports of the host that lead inside", "", Specifiers::No, nullptr},
    {"container.network", "dns", "list of strings", "", 'n', "name servers", "", Specifiers::No,
     nullptr},
    {"container.network", "dns_search", "list of strings", "", 'n', "search domains", "",
     Specifiers::No, nullptr},
    {"container.network", "hosts", "table", "", 'n', "more lines of /etc/hosts", "", Specifiers::No,
     nullptr},
    {"pod", "name", "string", "", 'c', "the name, in [[pod]] only", "", Specifiers::No,
     read_misplaced_name},
    {"pod", "description", "string", "\"Pod NAME\"", 'c', "what people see in listings of units",
     "Description=", Specifiers::Unit, read_line<&PodSpec::description>},
    {"pod", "resources", "table", "", 'c', "limits of the slice, as container.resources", "",
     Specifiers::No, read_pod_resources},
    {"pod", "share", "list of strings", "[\"network\", \"ipc\", \"uts\"]", 'c',
     "namespaces in common", "", Specifiers::No, read_lines<&PodSpec::share>},
    {"pod", "autostart", "boolean", "true", 'c', "start at boot, with all its containers",
     "WantedBy=multi-user.target", Specifiers::No, read_boolean<&PodSpec::autostart>},
    {"network", "driver", "string", "", 'n', "how it is made", "", Specifiers::No, nullptr},
    {"network", "subnet", "string", "", 'n', "address range", "", Specifiers::No, nullptr},
    {"network", "gateway", "string", "", 'n', "address of the host", "", Specifiers::No, nullptr},
    {"network", "range", "string", "", 'n', "addresses to give out", "", Specifiers::No, nullptr},
    {"network", "ipv6", "boolean", "", 'n', "IPv6 too", "", Specifiers::No, nullptr},
    {"network", "internal", "boolean", "", 'n', "no way out", "", Specifiers::No, nullptr},
    {"network", "mtu", "integer", "", 'n', "largest packet", "", Specifiers::No, nullptr},
    {"network", "interface", "string", "", 'n', "device of the host", "", Specifiers::No, nullptr},
    {"network", "dns", "list of strings", "", 'n', "name servers", "", Specifiers::No, nullptr},
    {"volume", "path", "string", "", 'i', "where it is on the host", "", Specifiers::No, nullptr},
    {"volume", "size", "size", "", 'i', "quota", "", Specifiers::No, nullptr},
    {"volume", "user", "string", "", 'i', "owner", "", Specifiers::No, nullptr},
    {"volume", "mode", "string", "", 'i', "octal mode", "", Specifiers::No, nullptr},
    {"volume", "copy", "boolean", "", 'i', "begin with what the image has there", "",
     Specifiers::No, nullptr},
    {"volume", "retain", "boolean", "", 'i', "keep it when the definition goes", "", Specifiers::No,
     nullptr},
    {"image", "reference", "string", "", 'i', "name in a registry", "", Specifiers::No, nullptr},
    {"image", "pull", "\"missing\", \"always\", \"newer\", \"never\"", "\"missing\"", 'i',
     "when to fetch", "", Specifiers::No, nullptr},
    {"image", "auth_file", "string", "", 'i', "credentials for the registry", "", Specifiers::No,
     nullptr},
    {"image", "tls_verify", "boolean", "true", 'i', "check certificates", "", Specifiers::No,
     nullptr},
    {"image", "update", "\"none\", \"registry\"", "\"none\"", 'i', "fetch again from time to time",
     "", Specifiers::No, nullptr},
};

constexpr bool is_grouped_by_section() {
    for (std::size_t i = 1; i < std::size(table); ++i)
        for (std::size_t j = 0; j + 1 < i; ++j)
            if (table[i].section == table[j].section && table[i].section != table[i - 1].section)
                return false;
    return true;
}
static_assert(is_grouped_by_section());

// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        std::swap(before_last, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

}  // namespace

std::span<const Key> keys() {
    return table;
}

std::span<const Key> keys_of(std::string_view section) {
    const auto* begin = std::find_if(std::begin(table), std::end(table),
                                     [&](const Key& key) { return key.section == section; });
    const auto* end = std::find_if(begin, std::end(table),
                                   [&](const Key& key) { return key.section != section; });
    return {begin, end};
}

const Key* find_key(std::span<const Key> section, std::string_view name) {
    for (const Key& key : section)
        if (key.name == name || key.name == "*")
            return &key;
    return nullptr;
}

std::optional<std::string_view> find_nearest(std::string_view word,
                                             std::span<const std::string_view> candidates) {
    // A shorter word is near to too many, a longer one to none.
    constexpr std::size_t shortest = 3;
    constexpr std::size_t longest = 64;
    if (word.size() < shortest || word.size() > longest)
        return std::nullopt;
    std::size_t nearest = 1 + word.size() / 4;  // beyond that it is another word
    std::optional<std::string_view> found;
    for (const std::string_view candidate : candidates) {
        // Their difference in length alone is a lower bound.
        if (candidate.size() > word.size() + nearest || word.size() > candidate.size() + nearest)
            continue;
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < nearest || (distance == nearest && !found)) {
            nearest = distance;
            found = candidate;
        }
    }
    return found;
}

std::string explain_unknown_key(std::string_view section, std::string_view name) {
    std::vector<std::string_view> names;
    for (const Key& key : keys_of(section))
        names.push_back(key.name);
    if (const std::optional<std::string_view> nearest = find_nearest(name, names))
        return "unknown key; did you mean " + quoted(*nearest) + "?";
    if (name.size() >= 3)
        for (const std::string_view candidate : names)
            if (candidate.starts_with(name))
                return "unknown key; did you mean " + quoted(candidate) + "?";
    constexpr std::string_view suffix = "_append";
    if (name.ends_with(suffix) &&
        find_key(keys_of(section), name.substr(0, name.size() - suffix.size())) != nullptr)
        return "unknown key; only to an array can something be appended";
    // Right or nearly so, but in the wrong table.
    names.clear();
    for (const Key& key : keys()) {
        if (key.section.empty() || key.name == "*")
            continue;
        if (key.name == name)
            return "unknown key here; it belongs in " + std::string(key.section);
        names.push_back(key.name);
    }
    if (const std::optional<std::string_view> nearest = find_nearest(name, names))
        for (const Key& key : keys())
            if (key.name == *nearest && !key.section.empty())
                return "unknown key; did you mean " + quoted(*nearest) + " in " +
                       std::string(key.section) + "?";
    return "unknown key";
}

std::string key_path(const Key& key) {
    return key_path(key.section, key.name);
}

std::string key_path(std::string_view section, std::string_view name) {
    constexpr std::string_view bare =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-*";
    std::string path(section);
    if (!path.empty())
        path += '.';
    if (!name.empty() && name.find_first_not_of(bare) == std::string_view::npos &&
        name.size() <= 64)
        return path.append(name);
    return path.append(quoted(name));
}

}  // namespace caisson
