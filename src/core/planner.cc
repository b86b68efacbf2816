// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/planner.h"

#include <algorithm>

#include "base/text.h"
#include "core/isolation.h"
#include "core/life.h"
#include "core/mount_spec.h"
#include "core/specifier.h"
#include "core/unit.h"

namespace caisson {
namespace {

const std::vector<Mount>& default_mounts() {
    static const std::vector<Mount> mounts = {
        {.type = MountType::Proc,
         .target = "/proc",
         .flags = {.nosuid = true, .nodev = true, .noexec = true}},
        {.type = MountType::Dev, .target = "/dev", .flags = {.nosuid = true, .noexec = true}},
        {.type = MountType::Devpts,
         .target = "/dev/pts",
         .flags = {.nosuid = true, .noexec = true}},
        {.type = MountType::Tmpfs,
         .target = "/dev/shm",
         .flags = {.nosuid = true, .nodev = true, .noexec = true},
         .size = "64M",
         .mode = "1777"},
        {.type = MountType::Mqueue,
         .target = "/dev/mqueue",
         .flags = {.nosuid = true, .nodev = true, .noexec = true}},
        {.type = MountType::Sysfs,
         .target = "/sys",
         .flags = {.read_only = true, .nosuid = true, .nodev = true, .noexec = true}},
        {.type = MountType::Cgroup2,
         .target = "/sys/fs/cgroup",
         .flags = {.read_only = true, .nosuid = true, .nodev = true, .noexec = true}},
        {.type = MountType::Tmpfs,
         .target = "/run",
         .flags = {.nosuid = true, .nodev = true},
         .mode = "0755"},
    };
    return mounts;
}

std::vector<std::pair<std::string, std::string>> sorted(const std::vector<NamedText>& texts) {
    std::vector<std::pair<std::string, std::string>> pairs;
    for (const NamedText& text : texts)
        pairs.emplace_back(text.name, text.value);
    std::sort(pairs.begin(), pairs.end());
    return pairs;
}

std::string_view directory_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? "" : path.substr(0, slash);
}

// Instances differ.
std::string default_hostname(const ContainerSpec& spec) {
    const std::string hostname = hostname_for(spec.name);
    return spec.is_template ? hostname + "-%i" : hostname;
}

void plan_payload(const ContainerSpec& spec, Plan& plan) {
    plan.command = values_of(spec.command);
    plan.environment = sorted(spec.environment);
    plan.environment_files = values_of(spec.environment_files);
    if (spec.working_directory)
        plan.working_directory = spec.working_directory->value;
    if (spec.user)
        plan.user = spec.user->value;
    plan.groups = values_of(spec.groups);
    if (spec.umask)
        plan.umask = *parse_integer<unsigned>(spec.umask->value, 8);
    plan.hostname = spec.hostname ? spec.hostname->value : default_hostname(spec);
    if (spec.oom_score_adjust)
        plan.oom_score_adjust = static_cast<int>(spec.oom_score_adjust->value);
}

void plan_root(const ContainerSpec& spec, Plan& plan) {
    if (spec.root.mode)
        plan.root.mode = spec.root.mode->value;
    if (spec.root.directory)
        plan.root.layers = {normalised_path(spec.root.directory->value)};
    else
        for (const Text& layer : spec.root.layers->value)
            plan.root.layers.push_back(normalised_path(layer.value));
    plan.root_label = plan.root.layers.front();
}

// The names that the host resolves, where the container shares its network.
void add_resolver_files(std::vector<Mount>& mounts) {
    for (const char* file : {"/etc/resolv.conf", "/etc/hosts"})
        mounts.push_back({.source = file,
                          .target = file,
                          .flags = {.read_only = true,
                                    .nosuid = true,
                                    .nodev = true,
                                    .noexec = true,
                                    .noidmap = true},
                          .optional = true});
}

void plan_mounts(const ContainerSpec& spec, Plan& plan) {
    std::vector<Mount> chosen;
    if (plan.namespaces.network.mode == NamespaceMode::Host)
        add_resolver_files(chosen);
    const std::string directory = escape_specifiers(directory_of(spec.definition));
    for (const MountSpec& mount : spec.mounts)
        chosen.push_back(mount_of(mount, directory));

    // What a user mounts takes the place of what would be there by default.
    const auto is_replaced = [&](const Mount& mount) {
        return std::any_of(spec.mounts.begin(), spec.mounts.end(), [&](const MountSpec& user) {
            return normalised_path(user.target->value) == mount.target;
        });
    };
    for (const Mount& mount : default_mounts())
        if (spec.mounts.empty() || !is_replaced(mount)) {
            plan.mounts.push_back(mount);
            // An init system has cgroups of its own to make.
            if (plan.boot && mount.type == MountType::Cgroup2)
                plan.mounts.back().flags.read_only = false;
        }
    const std::size_t resolver_files = chosen.size() - spec.mounts.size();
    std::erase_if(chosen, [&, i = std::size_t{0}](const Mount& mount) mutable {
        return i++ < resolver_files && is_replaced(mount);
    });

    // A parent before what is mounted in it.
    const auto depth = [](const Mount& mount) {
        return std::count(mount.target.begin(), mount.target.end(), '/');
    };
    std::stable_sort(chosen.begin(), chosen.end(),
                     [&](const Mount& a, const Mount& b) { return depth(a) < depth(b); });
    std::move(chosen.begin(), chosen.end(), std::back_inserter(plan.mounts));
}

void plan_placement(const ContainerSpec& spec, Plan& plan) {
    if (spec.placement)
        plan.placement = spec.placement->value;
    if (spec.slice)
        plan.slice = spec.slice->value;
    plan.labels = sorted(spec.labels);
    if (plan.placement == Placement::Service)
        return;
    // What is not a specifier must not look like one: "50%".
    const auto verbatim = [&](const std::string& value) {
        return plan.has_specifiers || spec.has_percent ? escape_specifiers(value) : value;
    };
    for (const ResourceSetting& setting : spec.resources)
        plan.scope_directives.push_back({std::string(setting.directive), verbatim(setting.value)});
    for (const NamedText& directive : spec.scope_directives)
        plan.scope_directives.push_back({directive.name, verbatim(directive.value)});
}

}  // namespace

std::string hostname_for(std::string_view name) {
    std::string hostname;
    for (const char c : name)
        if (c != '@')
            hostname += c == '_' ? '-' : c;
    while (hostname.ends_with('-') || hostname.ends_with('.'))
        hostname.pop_back();
    return hostname;
}

Plan plan_for(const DeclaredContainer& container) {
    const ContainerSpec& spec = container.spec;
    Plan plan;
    plan.has_specifiers = spec.is_template || !spec.specifiers.empty();
    plan.name = spec.is_template ? spec.name + "%i" : spec.name;
    plan.service = container.service;
    if (spec.is_template)
        plan.service.insert(plan.service.find('@') + 1, "%i");
    plan.definition = spec.definition;
    plan_payload(spec, plan);
    plan_isolation(spec, plan);
    plan_root(spec, plan);
    plan_mounts(spec, plan);
    plan_life(spec, container.is_awaited, plan);
    plan_placement(spec, plan);

    const bool has_percent =
        spec.has_percent || directory_of(spec.definition).find('%') != std::string_view::npos;
    if (!plan.has_specifiers && has_percent) {
        // Only "%%" is left to resolve, which needs no value.
        plan.has_specifiers = true;
        (void)expand_specifiers(plan, {});
        plan.has_specifiers = false;
    }
    return plan;
}

}  // namespace caisson
