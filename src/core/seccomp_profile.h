// SPDX-License-Identifier: LGPL-2.1-or-later
// The default system call filter, as data: deny by default, equal in effect to Docker's for the
// capabilities that the container has. Compiling it is the kernel layer's work.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace caisson {

struct Syscall {
    const char* name;
    // For calls that are younger than the libseccomp at hand may be. From 424 on the number is the
    // same on every architecture (linux/scripts/syscall.tbl). 0: older than any libseccomp of use.
    int number = 0;
};

enum class SyscallAction { Allow, Refuse };
enum class Comparison { Equal, Less, Greater, MaskedEqual };

struct ArgumentTest {
    unsigned index;
    Comparison comparison;
    std::uint64_t value;
    std::uint64_t mask = 0;  // MaskedEqual: (argument & mask) == value
};

struct SyscallRule {
    std::span<const Syscall> syscalls;
    SyscallAction action = SyscallAction::Allow;
    int errnum = 0;  // Refuse
    std::optional<ArgumentTest> argument;
};

struct SeccompProfile {
    int default_errnum;        // of calls that no rule names
    int highest_known_number;  // calls above it get ENOSYS, so that a libc falls back (R19)
    std::vector<SyscallRule> rules;
};

// `capabilities`: names as in the plan, "CAP_SYS_ADMIN".
SeccompProfile default_seccomp_profile(const std::vector<std::string>& capabilities);

}  // namespace caisson
