// SPDX-License-Identifier: LGPL-2.1-or-later
// Compiles a system call filter with libseccomp, keeps the compiled form in /run/caisson/seccomp,
// named by the hash of what it was compiled from, and installs it.
#pragma once

#include <linux/filter.h>

#include <vector>

#include "base/result.h"
#include "core/seccomp_profile.h"

namespace caisson {

using SeccompFilter = std::vector<sock_filter>;

// From the cache, or compiled and put there. A cache that cannot be trusted (not root's, or
// writable by others) is an error; one that cannot be written costs only time.
Result<SeccompFilter> load_filter(const SeccompProfile& profile);

// Compiles without the cache.
Result<SeccompFilter> compile_filter(const SeccompProfile& profile);

// For the calling thread, which needs no_new_privileges or CAP_SYS_ADMIN (seccomp(2)).
Result<void> install_filter(const SeccompFilter& filter);

}  // namespace caisson
