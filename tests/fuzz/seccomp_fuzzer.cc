// SPDX-License-Identifier: LGPL-2.1-or-later
// A seccomp profile, however broken, is an error or a filter that the kernel layer can compile.
#include <cstdint>
#include <cstdlib>

#include "core/seccomp_json.h"

namespace caisson {
namespace {

void require(bool holds) {
    if (!holds)
        std::abort();
}

void check(const SeccompProfile& profile) {
    for (const SyscallRule& rule : profile.rules) {
        require(!rule.syscalls.empty() && rule.errnum >= 0 && rule.errnum <= 4095);
        unsigned seen = 0;
        for (const ArgumentTest& test : rule.arguments) {
            require(test.index < 6 && (seen & 1U << test.index) == 0);
            seen |= 1U << test.index;
        }
    }
}

}  // namespace
}  // namespace caisson

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace caisson;
    const SeccompFacts facts{.architecture = "amd64",
                             .token = "SCMP_ARCH_X86_64",
                             .kernel_major = 6,
                             .kernel_minor = 1,
                             .capabilities = {"CAP_SYS_CHROOT"}};
    Result<SeccompProfile> profile =
        parse_seccomp_profile({reinterpret_cast<const char*>(data), size}, facts);
    if (profile)
        check(*profile);
    else
        require(!profile.error().message.empty());
    return 0;
}
