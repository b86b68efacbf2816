// SPDX-License-Identifier: LGPL-2.1-or-later
// The compiled filter, tried on real system calls of a child.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "kernel/capabilities.h"
#include "kernel/seccomp.h"

namespace caisson {
namespace {

// The errno of a call under the default filter without capabilities; 0 when it succeeded.
template <typename Call>
int errno_under_filter(Call call) {
    Result<SeccompFilter> filter = compile_filter(default_seccomp_profile({}));
    if (!filter)
        return -1;
    const pid_t child = ::fork();
    if (child == 0) {
        if (!forbid_new_privileges() || !install_filter(*filter))
            ::_exit(255);
        ::_exit(call() < 0 ? errno : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(SeccompFilter, AllowsAnOrdinaryCall) {
    EXPECT_EQ(errno_under_filter([] { return ::syscall(SYS_getppid); }), 0);
}

TEST(SeccompFilter, RefusesMount) {
    EXPECT_EQ(errno_under_filter([] { return ::syscall(SYS_mount, 0, 0, 0, 0, 0); }), EPERM);
}

TEST(SeccompFilter, RefusesANewUserNamespace) {
    EXPECT_EQ(errno_under_filter([] { return ::syscall(SYS_unshare, 0x10000000); }), EPERM);
}

TEST(SeccompFilter, HidesClone3) {
    EXPECT_EQ(errno_under_filter([] { return ::syscall(SYS_clone3, nullptr, 0); }), ENOSYS);
}

TEST(SeccompFilter, HidesCallsThatItDoesNotKnow) {
    EXPECT_EQ(errno_under_filter([] { return ::syscall(600); }), ENOSYS);
}

TEST(SeccompFilter, RefusesTwoSocketFamilies) {
    EXPECT_EQ(errno_under_filter([] { return ::socket(38, SOCK_SEQPACKET, 0); }), EPERM);
    EXPECT_EQ(errno_under_filter([] { return ::socket(40, SOCK_STREAM, 0); }), EPERM);
    EXPECT_EQ(errno_under_filter([] { return ::socket(AF_UNIX, SOCK_STREAM, 0); }), 0);
}

TEST(SeccompFilter, RefusesALaxPersonality) {
    EXPECT_EQ(errno_under_filter([] { return ::syscall(SYS_personality, 0x40000); }), EPERM);
    EXPECT_EQ(errno_under_filter([] { return ::syscall(SYS_personality, 0xffffffff); }), 0);
}

}  // namespace
}  // namespace caisson
