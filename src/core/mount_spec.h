// SPDX-License-Identifier: LGPL-2.1-or-later
// A [[container.mount]]: what is allowed in it, and the Mount that it becomes.
#pragma once

#include "core/names.h"
#include "core/spec.h"

namespace caisson {

// Absolute paths without repeated, trailing and "." components.
std::string normalised_path(std::string_view path);

Complaint check_mount_target(std::string_view target);
Complaint check_propagation(std::string_view word);  // mount_namespaces(7): "rslave"
std::optional<Diagnostic> check_mount_options(const MountSpec& spec);

// The size as tmpfs(5) takes it, or nothing: the kernel knows no fractions, no sums, and takes 0
// as unlimited.
std::optional<std::string> tmpfs_size(std::string_view text);

// Of a valid Spec. A relative source starts at `directory`.
Mount mount_of(const MountSpec& spec, std::string_view directory);

}  // namespace caisson
