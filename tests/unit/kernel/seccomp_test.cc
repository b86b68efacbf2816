// SPDX-License-Identifier: LGPL-2.1-or-later
// The compiled filter, tried on real system calls of a child.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "kernel/capabilities.h"
#include "kernel/files.h"
#include "kernel/seccomp.h"

namespace caisson {
namespace {

// How a child ends that makes the call under the filter: the errno, 0 when it succeeded, or the
// signal, negative.
template <typename Call>
int outcome(const SeccompProfile& profile, Call call) {
    Result<SeccompFilter> filter = compile_filter(profile);
    if (!filter)
        return 1000;
    const pid_t child = ::fork();
    if (child == 0) {
        const rlimit no_core{0, 0};
        (void)::setrlimit(RLIMIT_CORE, &no_core);
        if (!forbid_new_privileges() || !install_filter(*filter))
            ::_exit(255);
        ::_exit(call() < 0 ? errno : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

template <typename Call>
int errno_under_filter(Call call) {
    return outcome(default_seccomp_profile({}), call);
}

template <typename... Arguments>
auto call_of(long number, Arguments... arguments) {
    return [=] { return ::syscall(number, arguments...); };
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

#ifdef __x86_64__
TEST(SeccompFilter, KillsX32Calls) {
    constexpr long x32_bit = 0x40000000;
    EXPECT_EQ(errno_under_filter(call_of(x32_bit + SYS_getppid)), -SIGSYS);
    EXPECT_EQ(errno_under_filter(call_of(x32_bit + 600)), -SIGSYS);
}

TEST(SeccompFilter, KillsThirtyTwoBitCalls) {
    const auto getpid_of_i386 = [] {
        long result = 20;
        __asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
        return result;
    };
    EXPECT_EQ(errno_under_filter(getpid_of_i386), -SIGSYS);
}
#endif

TEST(SeccompOverride, AllowsWhatTheDefaultRefuses) {
    SeccompProfile profile = default_seccomp_profile({});
    override_syscalls(profile, {"personality", "clone3", "mount"}, {});
    EXPECT_EQ(outcome(profile, call_of(SYS_personality, 0x40000)), 0);
    EXPECT_EQ(outcome(profile, call_of(SYS_clone3, 0, 0)), EINVAL);
    EXPECT_NE(outcome(profile, call_of(SYS_mount, 0, 0, 0, 0, 0)), 0);
}

TEST(SeccompOverride, DeniesWhatTheDefaultAllows) {
    SeccompProfile profile = default_seccomp_profile({});
    override_syscalls(profile, {}, {"getppid", "socket"});
    EXPECT_EQ(outcome(profile, call_of(SYS_getppid)), EPERM);
    EXPECT_EQ(outcome(profile, call_of(SYS_socket, AF_UNIX, SOCK_STREAM, 0)), EPERM);
    EXPECT_EQ(outcome(profile, call_of(SYS_getpid)), 0);
}

TEST(SeccompOverride, TakesFromUnconfinedAlone) {
    SeccompProfile profile = unconfined_seccomp_profile();
    override_syscalls(profile, {}, {"getppid"});
    EXPECT_EQ(outcome(profile, call_of(SYS_getppid)), EPERM);
    EXPECT_EQ(outcome(profile, call_of(SYS_personality, 0x40000)), 0);
    // The kernel's own ENOSYS.
    EXPECT_EQ(outcome(profile, call_of(600)), ENOSYS);
}

// The profile of tests/data, with the structure of Docker's.
class DockerProfile : public testing::Test {
protected:
    static SeccompProfile load(const std::vector<std::string>& capabilities = {}) {
        Result<UniqueFd> file = open_path(CAISSON_TEST_DATA "/seccomp.json", O_RDONLY);
        EXPECT_TRUE(file);
        Result<std::string> text = read_file(file->get(), 1 << 20, "seccomp.json");
        EXPECT_TRUE(text);
        Result<SeccompFacts> facts = gather_seccomp_facts(capabilities);
        EXPECT_TRUE(facts);
        Result<SeccompProfile> profile = parse_seccomp_profile(*text, *facts);
        EXPECT_TRUE(profile) << profile.error().message;
        return std::move(*profile);
    }
};

TEST_F(DockerProfile, AllowsAndRefuses) {
    const SeccompProfile profile = load();
    EXPECT_EQ(outcome(profile, call_of(SYS_getppid)), 0);
    EXPECT_EQ(outcome(profile, call_of(SYS_umask, 0)), EPERM);
    EXPECT_EQ(outcome(profile, call_of(SYS_reboot, 0)), ENOTTY);
    EXPECT_EQ(outcome(profile, call_of(SYS_clone3, 0, 0)), ENOSYS);
    EXPECT_EQ(outcome(profile, call_of(SYS_sched_yield)), 0) << "logged and allowed";
}

TEST_F(DockerProfile, HidesCallsThatItDoesNotKnow) {
    EXPECT_EQ(outcome(load(), call_of(600)), ENOSYS);
}

TEST_F(DockerProfile, Kills) {
    EXPECT_EQ(outcome(load(), call_of(SYS_kexec_load, 0, 0, 0, 0)), -SIGSYS);
    EXPECT_EQ(outcome(load(), call_of(SYS_swapon, 0, 0)), -SIGSYS);
}

TEST_F(DockerProfile, FollowsTheKernelsVersion) {
    const SeccompProfile profile = load();
    EXPECT_EQ(outcome(profile, call_of(SYS_ptrace, -1, 0, 0, 0)), ESRCH);
    EXPECT_EQ(outcome(profile, call_of(SYS_times, 0)), EPERM);
    EXPECT_EQ(outcome(profile, call_of(SYS_sysinfo, 0)), EPERM);
}

TEST_F(DockerProfile, FollowsTheCapabilities) {
    EXPECT_EQ(outcome(load(), call_of(SYS_unshare, 0)), EPERM);
    EXPECT_EQ(outcome(load({"CAP_SYS_ADMIN"}), call_of(SYS_unshare, 0)), 0);
    EXPECT_EQ(outcome(load({"CAP_SYS_ADMIN"}), call_of(SYS_clone3, 0, 0)), EPERM);
}

TEST_F(DockerProfile, ComparesArguments) {
    const SeccompProfile profile = load();
    EXPECT_EQ(outcome(profile, call_of(SYS_socket, AF_UNIX, SOCK_STREAM, 0)), 0);
    EXPECT_EQ(outcome(profile, call_of(SYS_socket, 38, SOCK_SEQPACKET, 0)), EPERM);
    EXPECT_EQ(outcome(profile, call_of(SYS_socket, 40, SOCK_STREAM, 0)), EPERM);
    EXPECT_EQ(outcome(profile, call_of(SYS_personality, 0xffffffff)), 0);
    EXPECT_EQ(outcome(profile, call_of(SYS_personality, 0x40000)), EPERM);
    EXPECT_EQ(outcome(profile, call_of(SYS_getpgid, 1)), 0);
    EXPECT_EQ(outcome(profile, call_of(SYS_getpgid, 2)), EPERM);
    EXPECT_EQ(outcome(profile, call_of(SYS_getsid, 0)), EPERM);
    EXPECT_EQ(outcome(profile, call_of(SYS_getsid, 1)), 0);
    EXPECT_EQ(outcome(profile, call_of(SYS_alarm, 999)), EPERM);
    EXPECT_EQ(outcome(profile, call_of(SYS_alarm, 1000)), 0);
    EXPECT_EQ(outcome(profile, call_of(SYS_clone, CLONE_NEWUSER, 0, 0, 0, 0)), EPERM);
}

TEST_F(DockerProfile, WantsAllConditionsOfARule) {
    const SeccompProfile profile = load();
    EXPECT_EQ(outcome(profile, call_of(SYS_getpriority, PRIO_PROCESS, 0)), 0);
    EXPECT_EQ(outcome(profile, call_of(SYS_getpriority, PRIO_PROCESS, 1)), EPERM);
    EXPECT_EQ(outcome(profile, call_of(SYS_getpriority, PRIO_USER, 0)), EPERM);
}

TEST_F(DockerProfile, IsOverridden) {
    SeccompProfile profile = load();
    override_syscalls(profile, {"personality", "umask"}, {"getppid"});
    EXPECT_EQ(outcome(profile, call_of(SYS_personality, 0x40000)), 0);
    EXPECT_EQ(outcome(profile, call_of(SYS_umask, 0)), 0);
    EXPECT_EQ(outcome(profile, call_of(SYS_getppid)), EPERM);
}

TEST(SeccompProfileRules, ThatSayWhatHoldsAnywayAreTaken) {
    Result<SeccompFacts> facts = gather_seccomp_facts({});
    ASSERT_TRUE(facts);
    Result<SeccompProfile> profile = parse_seccomp_profile(
        R"({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
            {"names": ["getppid"], "action": "SCMP_ACT_ALLOW"},
            {"names": ["getpid", "no_such_call"], "action": "SCMP_ACT_ERRNO", "errnoRet": 5}]})",
        *facts);
    ASSERT_TRUE(profile) << profile.error().message;
    EXPECT_EQ(outcome(*profile, call_of(SYS_getppid)), 0);
    EXPECT_EQ(outcome(*profile, call_of(SYS_getpid)), EIO);
}

TEST(KnownSyscalls, AreThoseOfAnyArchitecture) {
    for (const char* name : {"read", "socketcall", "mseal", "open_tree_attr"})
        EXPECT_TRUE(is_known_syscall(name)) << name;
    for (const char* name : {"reed", "", "READ"})
        EXPECT_FALSE(is_known_syscall(name)) << name;
}

}  // namespace
}  // namespace caisson
