// SPDX-License-Identifier: LGPL-2.1-or-later
// Which kernel settings, sysctl(8), belong to a namespace of the container.
#pragma once

#include <string>
#include <string_view>

#include "core/names.h"
#include "core/plan.h"

namespace caisson {

// "net.ipv4.conf.eth0/1.forwarding" and "net/ipv4/conf/eth0.1/forwarding" as a path below
// /proc/sys, by the rule of sysctl.d(5): the first separator decides.
std::string sysctl_path(std::string_view name);

// Whether the setting is one of a namespace, and that namespace the container's own (R16).
Complaint check_sysctl(std::string_view name, std::string_view value, const Namespaces& namespaces);

}  // namespace caisson
