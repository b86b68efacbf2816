// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads a seccomp profile as Docker, Podman and the OCI runtime specification write it, and
// resolves its conditions for one container. What it does not understand is an error: a filter that
// is not the one meant would be worse than none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/seccomp_profile.h"

namespace caisson {

// What `includes`, `excludes` and the lists of architectures are compared with.
struct SeccompFacts {
    std::string_view architecture;  // "amd64", as Go names it
    std::string_view token;         // "SCMP_ARCH_X86_64", as libseccomp names it
    unsigned kernel_major = 0;
    unsigned kernel_minor = 0;
    std::vector<std::string> capabilities;  // as in the plan, "CAP_SYS_ADMIN"
};

// An error says where: "syscalls[3].args[0].op: ...".
Result<SeccompProfile> parse_seccomp_profile(std::string_view json, const SeccompFacts& facts);

}  // namespace caisson
