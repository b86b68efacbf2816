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
    ASSERT_TRUE(rule->argument);
    EXPECT_EQ(rule->argument->mask, 0x7e020000U);
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

}  // namespace
}  // namespace caisson
