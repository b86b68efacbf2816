// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/isolation.h"

#include <algorithm>

#include "core/capability.h"
#include "core/keys.h"
#include "core/mount_spec.h"
#include "core/plan_words.h"
#include "core/sysctl.h"

namespace caisson {
namespace {

Namespace value_of(const Given<Namespace>& given) {
    return given ? given->value : Namespace{};
}

// "ALL" first, either way, so that what is named stands against it.
void plan_capabilities(const ContainerSpec& spec, Plan& plan) {
    const std::vector<std::string> add = values_of(spec.security.add_capabilities);
    const std::vector<std::string> drop = values_of(spec.security.drop_capabilities);
    std::vector<std::string> chosen = default_capabilities();
    if (is_set(spec.boot))
        chosen.insert(chosen.end(), boot_capabilities().begin(), boot_capabilities().end());
    const bool adds_all = contains(add, all_capabilities_word);
    if (adds_all)
        chosen = all_capabilities();
    if (contains(drop, all_capabilities_word))
        chosen.clear();
    for (const std::string& name : all_capabilities()) {
        const bool is_added = adds_all ? contains(chosen, name) : contains(add, name);
        const bool is_chosen = (contains(chosen, name) || is_added) && !contains(drop, name);
        if (is_chosen)
            plan.capabilities.push_back(name);
        // To a user other than 0 the default set would be a gift; what was asked for is meant.
        if (is_chosen && is_added)
            plan.ambient.push_back(name);
    }
}

void plan_seccomp(const SecuritySpec& asked, Plan& plan) {
    if (asked.seccomp && asked.seccomp->value == "unconfined") {
        plan.seccomp.mode = SeccompMode::Unconfined;
    } else if (asked.seccomp && asked.seccomp->value != "default") {
        plan.seccomp.mode = SeccompMode::Profile;
        plan.seccomp.profile = asked.seccomp->value;
    }
    plan.seccomp.allow = values_of(asked.seccomp_allow);
    plan.seccomp.deny = values_of(asked.seccomp_deny);
}

std::vector<std::string> path_list(const std::vector<std::string>& defaults,
                                   const Given<Texts>& more, const Given<Texts>& without) {
    std::vector<std::string> left_out = values_of(without);
    for (std::string& path : left_out)
        path = normalised_path(path);
    std::vector<std::string> paths;
    for (const std::string& path : defaults)
        if (!contains(left_out, path))
            paths.push_back(path);
    for (const std::string& path : values_of(more))
        if (!contains(paths, normalised_path(path)))
            paths.push_back(normalised_path(path));
    return paths;
}

std::string value_or_none(const Given<std::string>& given) {
    return given ? given->value : std::string();
}

void plan_devices(const ContainerSpec& spec, Plan& plan) {
    for (const DeviceSpec& device : spec.devices)
        plan.devices.push_back(
            {.path = normalised_path(device.path->value),
             .target = normalised_path((device.target ? device.target : device.path)->value),
             .permissions = device.permissions ? device.permissions->value : "rwm",
             .optional = is_set(device.optional)});
}

}  // namespace

// Docker's.
const std::vector<std::string>& default_masked_paths() {
    static const std::vector<std::string> paths = {
        "/proc/acpi",
        "/proc/asound",
        "/proc/interrupts",
        "/proc/kcore",
        "/proc/keys",
        "/proc/latency_stats",
        "/proc/sched_debug",
        "/proc/scsi",
        "/proc/timer_list",
        "/proc/timer_stats",
        "/sys/devices/system/cpu/cpu*/thermal_throttle",
        "/sys/devices/virtual/powercap",
        "/sys/firmware",
    };
    return paths;
}

const std::vector<std::string>& default_read_only_paths() {
    static const std::vector<std::string> paths = {
        "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
    };
    return paths;
}

Namespaces namespaces_of(const ContainerSpec& spec) {
    const NamespacesSpec& asked = spec.namespaces;
    Namespaces namespaces{.pid = value_of(asked.pid),
                          .network = value_of(asked.network),
                          .uts = value_of(asked.uts),
                          .ipc = value_of(asked.ipc),
                          .cgroup = value_of(asked.cgroup),
                          .time = value_of(asked.time)};
    if (spec.network && !asked.network)
        namespaces.network.mode = spec.network->value;
    return namespaces;
}

UserNamespaceMode user_namespace_mode(const ContainerSpec& spec) {
    return spec.user_namespace.mode ? spec.user_namespace.mode->value : UserNamespaceMode::Auto;
}

void plan_isolation(const ContainerSpec& spec, Plan& plan) {
    const SecuritySpec& security = spec.security;
    plan.namespaces = namespaces_of(spec);
    if (spec.namespaces.monotonic)
        plan.time_offsets.monotonic = spec.namespaces.monotonic->value;
    if (spec.namespaces.boottime)
        plan.time_offsets.boottime = spec.namespaces.boottime->value;
    plan.user_namespace.mode = user_namespace_mode(spec);
    if (spec.user_namespace.base)
        plan.user_namespace.base = static_cast<std::uint32_t>(spec.user_namespace.base->value);
    if (spec.user_namespace.size)
        plan.user_namespace.size = static_cast<std::uint32_t>(spec.user_namespace.size->value);
    plan_capabilities(spec, plan);
    plan.no_new_privileges =
        security.no_new_privileges ? security.no_new_privileges->value : !is_set(spec.boot);
    plan_seccomp(security, plan);
    plan.masked_paths = path_list(default_masked_paths(), security.masked_paths, security.unmask);
    plan.read_only_paths =
        path_list(default_read_only_paths(), security.read_only_paths, security.unmask);
    plan.security_labels = {value_or_none(security.apparmor_profile),
                            value_or_none(security.selinux_label),
                            value_or_none(security.selinux_mount_label)};
    for (const NamedText& sysctl : security.sysctls)
        plan.sysctls.emplace_back(sysctl_path(sysctl.name), sysctl.value);
    std::sort(plan.sysctls.begin(), plan.sysctls.end());
    plan.limits = spec.limits;
    std::sort(plan.limits.begin(), plan.limits.end(),
              [](const ResourceLimit& a, const ResourceLimit& b) { return a.name < b.name; });
    plan_devices(spec, plan);
    plan.boot = is_set(spec.boot);
    plan.init = is_set(spec.init);
    plan.timezone = value_or_none(spec.timezone);
}

std::vector<Directive> device_directives(const Plan& plan) {
    // "closed" allows null, zero, full, random and urandom.
    std::vector<Directive> directives = {{"DevicePolicy", "closed"},
                                         {"DeviceAllow", "/dev/tty rwm"},
                                         {"DeviceAllow", "/dev/ptmx rwm"},
                                         {"DeviceAllow", "char-pts rwm"}};
    for (const Device& device : plan.devices) {
        std::string permissions = device.permissions;
        // In the service's cgroup the rules hold for the runtime, which makes the node. In a user
        // namespace nobody else can, whatever is allowed.
        if (plan.placement == Placement::Service && permissions.find('m') == std::string::npos)
            permissions += 'm';
        directives.push_back({"DeviceAllow", device.path + " " + permissions});
    }
    return directives;
}

}  // namespace caisson
