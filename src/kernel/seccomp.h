// SPDX-License-Identifier: LGPL-2.1-or-later
// Compiles a system call filter with libseccomp, keeps the compiled form in a cache, named by the
// hash of what it was compiled from, and installs it.
#pragma once

#include <linux/filter.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/seccomp_json.h"
#include "core/seccomp_profile.h"

namespace caisson {

using SeccompFilter = std::vector<sock_filter>;

inline constexpr const char* seccomp_cache = "/run/caisson/seccomp";

// From the cache, or compiled and put there. A directory that cannot be trusted (another's, or open
// to others) is an error; a file in it that cannot, or is not what was written, is replaced. A
// cache that cannot be written costs only time. `directory` is another one in tests only.
Result<SeccompFilter> load_filter(const SeccompProfile& profile,
                                  const std::string& directory = seccomp_cache);

// Compiles without the cache.
Result<SeccompFilter> compile_filter(const SeccompProfile& profile);

// One filter as a file of its own, `path`. What is read has the hash that was written, and is of
// this process's user alone. An interrupted save_filter() leaves `path`.new.
Result<void> save_filter(const SeccompFilter& filter, const std::string& path);
Result<SeccompFilter> read_filter(const std::string& path);

// For the calling thread, which needs no_new_privileges or CAP_SYS_ADMIN (seccomp(2)).
Result<void> install_filter(const SeccompFilter& filter);

// Whether it is a call on any architecture, as far as libseccomp or the default profile know.
bool is_known_syscall(const std::string& name);

// What profiles ask of this machine.
Result<SeccompFacts> gather_seccomp_facts(const std::vector<std::string>& capabilities);

}  // namespace caisson
