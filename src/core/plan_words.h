// SPDX-License-Identifier: LGPL-2.1-or-later
// The words of a plan's JSON, for the half that writes it and the half that reads it.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/plan.h"

namespace caisson {

template <typename Enum>
struct Name {
    Enum value;
    const char* name;
};

inline constexpr Name<RootMode> root_modes[] = {{RootMode::Ephemeral, "ephemeral"},
                                                {RootMode::Persistent, "persistent"},
                                                {RootMode::ReadOnly, "read-only"}};
inline constexpr Name<Placement> placements[] = {{Placement::Scope, "scope"},
                                                 {Placement::Service, "service"}};
inline constexpr Name<Ready> ready_words[] = {{Ready::Exec, "exec"},
                                              {Ready::Notify, "notify"},
                                              {Ready::Healthy, "healthy"},
                                              {Ready::Completed, "completed"}};
inline constexpr Name<HealthAction> health_actions[] = {
    {HealthAction::None, "none"}, {HealthAction::Restart, "restart"}, {HealthAction::Stop, "stop"}};
inline constexpr Name<SeccompMode> seccomp_modes[] = {{SeccompMode::Default, "default"},
                                                      {SeccompMode::Unconfined, "unconfined"},
                                                      {SeccompMode::Profile, "profile"}};
inline constexpr Name<UserNamespaceMode> user_namespace_modes[] = {
    {UserNamespaceMode::Auto, "auto"},
    {UserNamespaceMode::Host, "host"},
    {UserNamespaceMode::Range, "range"}};
inline constexpr Name<Propagation> propagations[] = {{Propagation::Private, "private"},
                                                     {Propagation::Slave, "slave"},
                                                     {Propagation::Shared, "shared"},
                                                     {Propagation::Unbindable, "unbindable"}};
inline constexpr Name<MountType> mount_types[] = {
    {MountType::Bind, "bind"},     {MountType::Tmpfs, "tmpfs"},     {MountType::Proc, "proc"},
    {MountType::Sysfs, "sysfs"},   {MountType::Cgroup2, "cgroup2"}, {MountType::Devpts, "devpts"},
    {MountType::Mqueue, "mqueue"}, {MountType::Dev, "dev"},
};

template <typename Enum, std::size_t N>
const char* name_of(const Name<Enum> (&table)[N], Enum value) {
    for (const Name<Enum>& row : table) {
        if (row.value == value)
            return row.name;
    }
    return "";
}

struct NamespaceName {
    Namespace Namespaces::*field;
    const char* oci;
};
inline constexpr NamespaceName namespace_names[] = {
    {&Namespaces::pid, "pid"}, {&Namespaces::network, "network"}, {&Namespaces::uts, "uts"},
    {&Namespaces::ipc, "ipc"}, {&Namespaces::cgroup, "cgroup"},   {&Namespaces::time, "time"},
};
inline constexpr std::string_view other_container = "container:";
inline constexpr std::string_view of_pod = "pod:";

}  // namespace caisson
