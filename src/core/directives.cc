// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/directives.h"

#include <algorithm>
#include <iterator>

namespace caisson {
namespace {

// Why a directive is refused. The text beside it is the key to use instead, where there is one.
enum class Reason {
    UseKey,     // a key of the definition becomes this directive
    Owned,      // Caisson sets it, and nothing else works
    NotPayload  // applies to caisson-runtime, not to the payload
};

struct Refusal {
    std::string_view name;
    Reason reason;
    std::string_view instead;
};

constexpr Refusal unit_refusals[] = {
    {"Description", Reason::UseKey, "description"},
    {"SourcePath", Reason::Owned, ""},
    {"After", Reason::UseKey, "after"},
    {"Before", Reason::UseKey, "before"},
    {"Requires", Reason::UseKey, "requires"},
    {"Wants", Reason::UseKey, "wants"},
    {"BindsTo", Reason::UseKey, "binds_to"},
    {"PartOf", Reason::UseKey, "part_of"},
    {"Conflicts", Reason::UseKey, "conflicts"},
    {"Upholds", Reason::UseKey, "upholds"},
};

constexpr Refusal resource_refusals[] = {
    {"MemoryMax", Reason::UseKey, "resources.memory_max"},
    {"MemoryHigh", Reason::UseKey, "resources.memory_high"},
    {"MemoryLow", Reason::UseKey, "resources.memory_low"},
    {"MemoryMin", Reason::UseKey, "resources.memory_min"},
    {"MemorySwapMax", Reason::UseKey, "resources.memory_swap_max"},
    {"MemoryLimit", Reason::UseKey, "resources.memory_max"},
    {"CPUQuota", Reason::UseKey, "resources.cpu_quota"},
    {"CPUWeight", Reason::UseKey, "resources.cpu_weight"},
    {"CPUShares", Reason::UseKey, "resources.cpu_weight"},
    {"AllowedCPUs", Reason::UseKey, "resources.cpus"},
    {"AllowedMemoryNodes", Reason::UseKey, "resources.memory_nodes"},
    {"IOWeight", Reason::UseKey, "resources.io_weight"},
    {"IOReadBandwidthMax", Reason::UseKey, "resources.io_max"},
    {"IOWriteBandwidthMax", Reason::UseKey, "resources.io_max"},
    {"IOReadIOPSMax", Reason::UseKey, "resources.io_max"},
    {"IOWriteIOPSMax", Reason::UseKey, "resources.io_max"},
    {"OOMPolicy", Reason::UseKey, "resources.oom_policy"},
    {"TasksMax", Reason::UseKey, "resources.tasks_max"},
    {"Slice", Reason::UseKey, "slice"},
    {"Delegate", Reason::Owned, ""},
    {"DelegateSubgroup", Reason::Owned, ""},
    {"KillMode", Reason::Owned, ""},
    {"KillSignal", Reason::UseKey, "stop_signal"},
    {"TimeoutStopSec", Reason::UseKey, "stop_timeout"},
};

constexpr Refusal scope_refusals[] = {
    {"PIDs", Reason::Owned, ""},        {"PIDFDs", Reason::Owned, ""},
    {"BindsTo", Reason::Owned, ""},     {"Before", Reason::Owned, ""},
    {"After", Reason::Owned, ""},       {"Controller", Reason::Owned, ""},
    {"CollectMode", Reason::Owned, ""}, {"Description", Reason::UseKey, "description"},
    {"User", Reason::UseKey, "user"},   {"Group", Reason::UseKey, "user"},
};

constexpr Refusal service_refusals[] = {
    {"Type", Reason::Owned, ""},
    {"NotifyAccess", Reason::Owned, ""},
    {"PIDFile", Reason::Owned, ""},
    {"BusName", Reason::Owned, ""},
    {"GuessMainPID", Reason::Owned, ""},
    {"RemainAfterExit", Reason::Owned, ""},
    {"RootDirectoryStartOnly", Reason::Owned, ""},
    {"ExecStart", Reason::UseKey, "command"},
    {"ExecStop", Reason::UseKey, "stop_signal"},
    {"ExecStopPost", Reason::Owned, ""},
    {"ExecReload", Reason::UseKey, "reload"},
    {"Restart", Reason::UseKey, "restart"},
    {"TimeoutStartSec", Reason::UseKey, "start_timeout"},
    {"TimeoutSec", Reason::UseKey, "start_timeout and stop_timeout"},
    {"User", Reason::UseKey, "user"},
    {"Group", Reason::UseKey, "user"},
    {"SupplementaryGroups", Reason::UseKey, "groups"},
    {"DynamicUser", Reason::NotPayload, ""},
    {"PAMName", Reason::NotPayload, ""},
    {"Environment", Reason::UseKey, "environment"},
    {"EnvironmentFile", Reason::UseKey, "environment_file"},
    {"PassEnvironment", Reason::UseKey, "environment"},
    {"UnsetEnvironment", Reason::UseKey, "environment"},
    {"WorkingDirectory", Reason::UseKey, "working_directory"},
    {"RootDirectory", Reason::UseKey, "rootfs.directory"},
    {"RootImage", Reason::UseKey, "rootfs.directory"},
    {"UMask", Reason::UseKey, "umask"},
    {"OOMScoreAdjust", Reason::UseKey, "resources.oom_score_adjust"},
    {"LogExtraFields", Reason::UseKey, "labels"},
    {"StandardInput", Reason::Owned, ""},
    {"StandardOutput", Reason::Owned, ""},
    {"StandardError", Reason::Owned, ""},
    {"TTYPath", Reason::Owned, ""},
    {"BindPaths", Reason::UseKey, "mount"},
    {"BindReadOnlyPaths", Reason::UseKey, "mount"},
    {"TemporaryFileSystem", Reason::UseKey, "mount"},
    {"MountImages", Reason::UseKey, "mount"},
    {"ExtensionImages", Reason::UseKey, "rootfs.layers"},
    {"ExtensionDirectories", Reason::UseKey, "rootfs.layers"},
    {"MountAPIVFS", Reason::NotPayload, ""},
    {"MountFlags", Reason::NotPayload, ""},
    {"CapabilityBoundingSet", Reason::UseKey, "security.capabilities"},
    {"AmbientCapabilities", Reason::UseKey, "security.capabilities"},
    {"SecureBits", Reason::NotPayload, ""},
    {"NoNewPrivileges", Reason::UseKey, "security.no_new_privileges"},
    {"SystemCallFilter", Reason::UseKey, "security.seccomp"},
    {"SystemCallErrorNumber", Reason::UseKey, "security.seccomp"},
    {"SystemCallArchitectures", Reason::UseKey, "security.seccomp"},
    {"SystemCallLog", Reason::NotPayload, ""},
    {"AppArmorProfile", Reason::UseKey, "security.apparmor_profile"},
    {"SELinuxContext", Reason::UseKey, "security.selinux_label"},
    {"SmackProcessLabel", Reason::NotPayload, ""},
    {"PrivateNetwork", Reason::UseKey, "network.mode"},
    {"NetworkNamespacePath", Reason::UseKey, "network.mode"},
    {"PrivateUsers", Reason::UseKey, "user_namespace.mode"},
    {"PrivateIPC", Reason::UseKey, "namespaces.ipc"},
    {"IPCNamespacePath", Reason::UseKey, "namespaces.ipc"},
    {"PrivatePIDs", Reason::UseKey, "namespaces.pid"},
    {"UserNamespacePath", Reason::UseKey, "user_namespace.mode"},
    {"PrivateTmp", Reason::NotPayload, ""},
    {"PrivateDevices", Reason::NotPayload, ""},
    {"PrivateMounts", Reason::NotPayload, ""},
    {"PrivateBPF", Reason::NotPayload, ""},
    {"ProtectSystem", Reason::NotPayload, ""},
    {"ProtectHome", Reason::NotPayload, ""},
    {"ProtectHostname", Reason::NotPayload, ""},
    {"ProtectClock", Reason::NotPayload, ""},
    {"ProtectKernelTunables", Reason::NotPayload, ""},
    {"ProtectKernelModules", Reason::NotPayload, ""},
    {"ProtectKernelLogs", Reason::NotPayload, ""},
    {"ProtectControlGroups", Reason::NotPayload, ""},
    {"ProtectProc", Reason::NotPayload, ""},
    {"ProcSubset", Reason::NotPayload, ""},
    {"ReadWritePaths", Reason::NotPayload, ""},
    {"ReadOnlyPaths", Reason::NotPayload, ""},
    {"InaccessiblePaths", Reason::NotPayload, ""},
    {"ExecPaths", Reason::NotPayload, ""},
    {"NoExecPaths", Reason::NotPayload, ""},
    {"RestrictAddressFamilies", Reason::NotPayload, ""},
    {"RestrictFileSystems", Reason::NotPayload, ""},
    {"RestrictNamespaces", Reason::NotPayload, ""},
    {"RestrictRealtime", Reason::NotPayload, ""},
    {"RestrictSUIDSGID", Reason::NotPayload, ""},
    {"LockPersonality", Reason::NotPayload, ""},
    {"MemoryDenyWriteExecute", Reason::NotPayload, ""},
    {"RemoveIPC", Reason::NotPayload, ""},
    {"Personality", Reason::NotPayload, ""},
    {"KeyringMode", Reason::NotPayload, ""},
    {"LoadCredential", Reason::UseKey, "credentials"},
    {"LoadCredentialEncrypted", Reason::UseKey, "encrypted_credentials"},
    {"SetCredential", Reason::UseKey, "credentials"},
    {"SetCredentialEncrypted", Reason::UseKey, "encrypted_credentials"},
    {"Sockets", Reason::UseKey, "socket"},
};

template <std::size_t Count>
const Refusal* find(const Refusal (&refusals)[Count], std::string_view name) {
    const Refusal* found = std::find_if(std::begin(refusals), std::end(refusals),
                                        [&](const Refusal& r) { return r.name == name; });
    return found == std::end(refusals) ? nullptr : found;
}

const Refusal* find_refusal(UnitSection section, std::string_view name) {
    const Refusal* found = nullptr;
    switch (section) {
    case UnitSection::Unit:
        return find(unit_refusals, name);
    case UnitSection::Service:
        found = find(service_refusals, name);
        return found != nullptr ? found : find(resource_refusals, name);
    case UnitSection::Scope:
        found = find(scope_refusals, name);
        return found != nullptr ? found : find(resource_refusals, name);
    case UnitSection::Install:
        return nullptr;
    }
    return nullptr;
}

}  // namespace

std::optional<std::string> explain_owned_directive(UnitSection section, std::string_view name) {
    constexpr std::string_view realised[] = {"WantedBy", "RequiredBy", "Alias", "DefaultInstance"};
    if (section == UnitSection::Install) {
        if (std::find(std::begin(realised), std::end(realised), name) != std::end(realised))
            return std::nullopt;
        return "has no effect in a generated unit; only WantedBy, RequiredBy, Alias and "
               "DefaultInstance have";
    }
    const Refusal* refusal = find_refusal(section, name);
    if (refusal == nullptr)
        return std::nullopt;
    switch (refusal->reason) {
    case Reason::UseKey:
        return "is set by Caisson; use container." + std::string(refusal->instead) + " instead";
    case Reason::Owned:
        return "is set by Caisson and cannot be changed";
    case Reason::NotPayload:
        return "applies to caisson-runtime, not to the payload";
    }
    return std::nullopt;
}

bool is_directive_name(std::string_view name) {
    const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto is_rest = [&](char c) {
        return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    };
    return !name.empty() && name.size() <= 64 && is_upper(name[0]) &&
           std::all_of(name.begin(), name.end(), is_rest);
}

}  // namespace caisson
