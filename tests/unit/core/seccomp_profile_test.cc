// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

#include "core/seccomp_profile.h"

namespace caisson {
namespace {

const SyscallRule* rule_for(const SeccompProfile& profile, std::string_view name) {
    for (const SyscallRule& rule : profile.rules)
        for (const Syscall& syscall : rule.syscalls)
            if (syscall.name == name)
                return &rule;
    return nullptr;
}

TEST(DefaultSeccompProfile, AllowsWhatProgramsNeed) {
    const SeccompProfile profile = default_seccomp_profile({});
    for (const char* name : {"read", "execve", "openat2", "futex", "mmap", "rseq", "statx"})
        EXPECT_NE(rule_for(profile, name), nullptr) << name;
}

TEST(DefaultSeccompProfile, NamesNoDangerousCall) {
    const SeccompProfile profile = default_seccomp_profile({"CAP_CHOWN", "CAP_SYS_CHROOT"});
    for (const char* name : {"mount",
                             "umount2",
                             "pivot_root",
                             "unshare",
                             "setns",
                             "keyctl",
                             "add_key",
                             "request_key",
                             "bpf",
                             "perf_event_open",
                             "userfaultfd",
                             "io_uring_setup",
                             "open_by_handle_at",
                             "reboot",
                             "kexec_load",
                             "init_module",
                             "finit_module",
                             "swapon",
                             "acct",
                             "quotactl",
                             "fsopen",
                             "move_mount",
                             "open_tree",
                             "mount_setattr",
                             "syslog",
                             "settimeofday",
                             "iopl"})
        EXPECT_EQ(rule_for(profile, name), nullptr) << name;
}

TEST(DefaultSeccompProfile, FollowsTheCapabilities) {
    EXPECT_EQ(rule_for(default_seccomp_profile({}), "chroot"), nullptr);
    EXPECT_NE(rule_for(default_seccomp_profile({"CAP_SYS_CHROOT"}), "chroot"), nullptr);
    EXPECT_NE(rule_for(default_seccomp_profile({"CAP_SYS_ADMIN"}), "mount"), nullptr);
}

TEST(DefaultSeccompProfile, HidesClone3FromTheLibc) {
    const SeccompProfile profile = default_seccomp_profile({});
    const SyscallRule* rule = rule_for(profile, "clone3");
    ASSERT_NE(rule, nullptr);
    EXPECT_EQ(rule->action, SyscallAction::Refuse);
    EXPECT_EQ(rule->errnum, ENOSYS);
}

TEST(DefaultSeccompProfile, LetsCloneMakeNoNamespace) {
    const SeccompProfile profile = default_seccomp_profile({});
    const SyscallRule* rule = rule_for(profile, "clone");
    ASSERT_NE(rule, nullptr);
    ASSERT_EQ(rule->arguments.size(), 1U);
    EXPECT_EQ(rule->arguments[0].mask, 0x7e020000U);
}

TEST(DefaultSeccompProfile, ListsNoCallTwiceInAGroup) {
    for (const SyscallRule& rule : default_seccomp_profile({}).rules) {
        std::vector<std::string_view> names;
        for (const Syscall& syscall : rule.syscalls)
            names.emplace_back(syscall.name);
        std::sort(names.begin(), names.end());
        EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
    }
}

TEST(OverrideSyscalls, AllowsWhateverTheArguments) {
    SeccompProfile profile = default_seccomp_profile({});
    override_syscalls(profile, {"personality", "clone3"}, {});
    for (const char* name : {"personality", "clone3"}) {
        const SyscallRule* rule = rule_for(profile, name);
        ASSERT_NE(rule, nullptr);
        EXPECT_EQ(rule->action, SyscallAction::Allow) << name;
        EXPECT_TRUE(rule->arguments.empty()) << name;
    }
}

TEST(OverrideSyscalls, DeniesWhatTheProfileAllows) {
    SeccompProfile profile = default_seccomp_profile({});
    override_syscalls(profile, {}, {"socket", "read"});
    for (const char* name : {"socket", "read"}) {
        const SyscallRule* rule = rule_for(profile, name);
        ASSERT_NE(rule, nullptr);
        EXPECT_EQ(rule->action, SyscallAction::Refuse) << name;
        EXPECT_EQ(rule->errnum, EPERM) << name;
    }
    EXPECT_NE(rule_for(profile, "write"), nullptr) << "the others of its rule stay";
}

TEST(OverrideSyscalls, TakesFromUnconfined) {
    SeccompProfile profile = unconfined_seccomp_profile();
    override_syscalls(profile, {}, {"ptrace"});
    EXPECT_EQ(profile.default_action, SyscallAction::Allow);
    ASSERT_EQ(profile.rules.size(), 1U);
    EXPECT_FALSE(profile.hides_newer_calls);
}

TEST(NamedSyscall, KnowsTheNumbersOfYoungerCalls) {
    EXPECT_EQ(named_syscall("mseal").number, 462);
    EXPECT_EQ(named_syscall("open_tree_attr").number, 467);
    EXPECT_EQ(named_syscall("read").number, 0);
}

}  // namespace
}  // namespace caisson
