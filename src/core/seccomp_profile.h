// SPDX-License-Identifier: LGPL-2.1-or-later
// A system call filter as data, and the default one: deny by default, equal in effect to Docker's
// for the capabilities that the container has. Compiling it is the kernel layer's work.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caisson {

struct Syscall {
    std::string name;
    // For calls that are younger than the libseccomp at hand may be. From 424 on the number is the
    // same on every architecture (linux/scripts/syscall.tbl). 0: older than any libseccomp of use.
    int number = 0;
};

// Refuse: the call returns an error. KillThread is what Docker calls SCMP_ACT_KILL.
enum class SyscallAction { Allow, Refuse, Log, Trap, KillThread, KillProcess };
enum class Comparison { NotEqual, Less, LessOrEqual, Equal, GreaterOrEqual, Greater, MaskedEqual };

struct ArgumentTest {
    unsigned index = 0;
    Comparison comparison = Comparison::Equal;
    std::uint64_t value = 0;
    std::uint64_t mask = 0;  // MaskedEqual: (argument & mask) == value
};

struct SyscallRule {
    std::vector<Syscall> syscalls;
    SyscallAction action = SyscallAction::Allow;
    int errnum = 0;                       // Refuse
    std::vector<ArgumentTest> arguments;  // all of them hold, each of another argument
};

struct SeccompProfile {
    SyscallAction default_action = SyscallAction::Refuse;  // of calls that no rule names
    int default_errnum = 0;                                // Refuse
    // Calls above the highest number that is known get ENOSYS, so that a libc falls back (R19).
    // Known are this one and all that a rule names.
    bool hides_newer_calls = false;
    int highest_known_number = 0;
    std::vector<SyscallRule> rules;
};

// `capabilities`: names as in the plan, "CAP_SYS_ADMIN".
SeccompProfile default_seccomp_profile(const std::vector<std::string>& capabilities);

// Allows everything, for `seccomp_deny` to take from.
SeccompProfile unconfined_seccomp_profile();

// The call of that name, with its number where it is one of the younger ones.
Syscall named_syscall(std::string_view name);

// On top of a profile: calls of `allow` are allowed whatever their arguments and whatever the
// profile says, those of `deny` fail with EPERM.
void override_syscalls(SeccompProfile& profile, const std::vector<std::string>& allow,
                       const std::vector<std::string>& deny);

}  // namespace caisson
