// SPDX-License-Identifier: LGPL-2.1-or-later
// The namespaces of a pod that is started: /run/caisson/pods/NAME, written by the pod's service
// when systemd holds them, removed when it stops.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace caisson {

inline constexpr const char* pods_directory = "/run/caisson/pods";

// "net" and the inode that lsns(8) shows.
using PodNamespaces = std::map<std::string, ino_t, std::less<>>;

// `directory` is another one in tests only.
Result<void> save_pod(std::string_view name, const PodNamespaces& namespaces,
                      const std::string& directory = pods_directory);

// Nothing when there is none.
Result<std::optional<PodNamespaces>> load_pod(std::string_view name,
                                              const std::string& directory = pods_directory);

// No error when there is none. Removes what an interrupted save has left, too.
Result<void> remove_pod(std::string_view name, const std::string& directory = pods_directory);

}  // namespace caisson
