// SPDX-License-Identifier: LGPL-2.1-or-later
// The native architecture only, so calls that exist only on 32-bit ones are not listed.
#include "core/seccomp_profile.h"

#include <algorithm>
#include <cerrno>
#include <span>

namespace caisson {
namespace {

struct KnownCall {
    const char* name;
    int number = 0;
};

constexpr KnownCall files[] = {
    {"access"},
    {"chdir"},
    {"chmod"},
    {"chown"},
    {"close"},
    {"close_range"},
    {"copy_file_range"},
    {"creat"},
    {"dup"},
    {"dup2"},
    {"dup3"},
    {"faccessat"},
    {"faccessat2"},
    {"fadvise64"},
    {"fallocate"},
    {"fchdir"},
    {"fchmod"},
    {"fchmodat"},
    {"fchmodat2", 452},
    {"fchown"},
    {"fchownat"},
    {"fcntl"},
    {"fdatasync"},
    {"fgetxattr"},
    {"flistxattr"},
    {"flock"},
    {"fremovexattr"},
    {"fsetxattr"},
    {"fstat"},
    {"fstatfs"},
    {"fsync"},
    {"ftruncate"},
    {"futimesat"},
    {"getcwd"},
    {"getdents"},
    {"getdents64"},
    {"getxattr"},
    {"getxattrat", 464},
    {"ioctl"},
    {"lchown"},
    {"lgetxattr"},
    {"link"},
    {"linkat"},
    {"listxattr"},
    {"listxattrat", 465},
    {"llistxattr"},
    {"lremovexattr"},
    {"lseek"},
    {"lsetxattr"},
    {"lstat"},
    {"mkdir"},
    {"mkdirat"},
    {"mknod"},
    {"mknodat"},
    {"name_to_handle_at"},
    {"newfstatat"},
    {"open"},
    {"openat"},
    {"openat2"},
    {"pipe"},
    {"pipe2"},
    {"pread64"},
    {"preadv"},
    {"preadv2"},
    {"pwrite64"},
    {"pwritev"},
    {"pwritev2"},
    {"read"},
    {"readahead"},
    {"readlink"},
    {"readlinkat"},
    {"readv"},
    {"removexattr"},
    {"removexattrat", 466},
    {"rename"},
    {"renameat"},
    {"renameat2"},
    {"rmdir"},
    {"sendfile"},
    {"setxattr"},
    {"setxattrat", 463},
    {"splice"},
    {"stat"},
    {"statfs"},
    {"statx"},
    {"symlink"},
    {"symlinkat"},
    {"sync"},
    {"sync_file_range"},
    {"syncfs"},
    {"tee"},
    {"truncate"},
    {"umask"},
    {"unlink"},
    {"unlinkat"},
    {"utime"},
    {"utimensat"},
    {"utimes"},
    {"vmsplice"},
    {"write"},
    {"writev"},
    {"statmount", 457},
    {"listmount", 458},
    {"cachestat", 451},
};

constexpr KnownCall events[] = {
    {"epoll_create"},   {"epoll_create1"},   {"epoll_ctl"},
    {"epoll_ctl_old"},  {"epoll_pwait"},     {"epoll_pwait2", 441},
    {"epoll_wait"},     {"epoll_wait_old"},  {"eventfd"},
    {"eventfd2"},       {"fanotify_mark"},   {"inotify_add_watch"},
    {"inotify_init"},   {"inotify_init1"},   {"inotify_rm_watch"},
    {"io_cancel"},      {"io_destroy"},      {"io_getevents"},
    {"io_pgetevents"},  {"io_setup"},        {"io_submit"},
    {"poll"},           {"ppoll"},           {"pselect6"},
    {"select"},         {"signalfd"},        {"signalfd4"},
    {"timerfd_create"}, {"timerfd_gettime"}, {"timerfd_settime"},
};

constexpr KnownCall memory[] = {
    {"brk"},
    {"madvise"},
    {"membarrier"},
    {"memfd_create"},
    {"memfd_secret", 447},
    {"mincore"},
    {"mlock"},
    {"mlock2"},
    {"mlockall"},
    {"mmap"},
    {"mprotect"},
    {"mremap"},
    {"mseal", 462},
    {"msync"},
    {"munlock"},
    {"munlockall"},
    {"munmap"},
    {"map_shadow_stack", 453},
    {"pkey_alloc"},
    {"pkey_free"},
    {"pkey_mprotect"},
    {"process_mrelease", 448},
    {"remap_file_pages"},
};

constexpr KnownCall processes[] = {
    {"alarm"},
    {"capget"},
    {"capset"},
    {"execve"},
    {"execveat"},
    {"exit"},
    {"exit_group"},
    {"fork"},
    {"futex"},
    {"futex_requeue", 456},
    {"futex_wait", 455},
    {"futex_waitv", 449},
    {"futex_wake", 454},
    {"get_robust_list"},
    {"get_thread_area"},
    {"getcpu"},
    {"getegid"},
    {"geteuid"},
    {"getgid"},
    {"getgroups"},
    {"getitimer"},
    {"getpgid"},
    {"getpgrp"},
    {"getpid"},
    {"getppid"},
    {"getpriority"},
    {"getrandom"},
    {"getresgid"},
    {"getresuid"},
    {"getrlimit"},
    {"getrusage"},
    {"getsid"},
    {"gettid"},
    {"getuid"},
    {"ioprio_get"},
    {"ioprio_set"},
    {"kill"},
    {"landlock_add_rule", 445},
    {"landlock_create_ruleset", 444},
    {"landlock_restrict_self", 446},
    {"nanosleep"},
    {"pause"},
    {"pidfd_open"},
    {"pidfd_send_signal"},
    {"prctl"},
    {"prlimit64"},
    {"process_vm_readv"},
    {"process_vm_writev"},
    {"ptrace"},
    {"restart_syscall"},
    {"rseq"},
    {"rt_sigaction"},
    {"rt_sigpending"},
    {"rt_sigprocmask"},
    {"rt_sigqueueinfo"},
    {"rt_sigreturn"},
    {"rt_sigsuspend"},
    {"rt_sigtimedwait"},
    {"rt_tgsigqueueinfo"},
    {"sched_get_priority_max"},
    {"sched_get_priority_min"},
    {"sched_getaffinity"},
    {"sched_getattr"},
    {"sched_getparam"},
    {"sched_getscheduler"},
    {"sched_rr_get_interval"},
    {"sched_setaffinity"},
    {"sched_setattr"},
    {"sched_setparam"},
    {"sched_setscheduler"},
    {"sched_yield"},
    {"seccomp"},
    {"set_robust_list"},
    {"set_thread_area"},
    {"set_tid_address"},
    {"setfsgid"},
    {"setfsuid"},
    {"setgid"},
    {"setgroups"},
    {"setitimer"},
    {"setpgid"},
    {"setpriority"},
    {"setregid"},
    {"setresgid"},
    {"setresuid"},
    {"setreuid"},
    {"setrlimit"},
    {"setsid"},
    {"setuid"},
    {"sigaltstack"},
    {"tgkill"},
    {"times"},
    {"tkill"},
    {"uname"},
    {"vfork"},
    {"wait4"},
    {"waitid"},
    {"sysinfo"},
};

constexpr KnownCall clocks[] = {
    {"adjtimex"},        {"clock_adjtime"},    {"clock_getres"},  {"clock_gettime"},
    {"clock_nanosleep"}, {"gettimeofday"},     {"time"},          {"timer_create"},
    {"timer_delete"},    {"timer_getoverrun"}, {"timer_gettime"}, {"timer_settime"},
};

constexpr KnownCall communication[] = {
    {"accept"},      {"accept4"},         {"bind"},         {"connect"},       {"getpeername"},
    {"getsockname"}, {"getsockopt"},      {"listen"},       {"mq_getsetattr"}, {"mq_notify"},
    {"mq_open"},     {"mq_timedreceive"}, {"mq_timedsend"}, {"mq_unlink"},     {"msgctl"},
    {"msgget"},      {"msgrcv"},          {"msgsnd"},       {"recvfrom"},      {"recvmmsg"},
    {"recvmsg"},     {"semctl"},          {"semget"},       {"semop"},         {"semtimedop"},
    {"sendmmsg"},    {"sendmsg"},         {"sendto"},       {"setsockopt"},    {"shmat"},
    {"shmctl"},      {"shmdt"},           {"shmget"},       {"shutdown"},      {"socketpair"},
};

// Calls that one architecture has and needs; elsewhere the names resolve to nothing.
constexpr KnownCall architecture[] = {
    {"arch_prctl"},         {"modify_ldt"},          {"sync_file_range2"},   {"swapcontext"},
    {"s390_pci_mmio_read"}, {"s390_pci_mmio_write"}, {"s390_runtime_instr"}, {"riscv_flush_icache"},
    {"riscv_hwprobe"},      {"uretprobe"},
};

// In no rule; a profile or `seccomp_allow` may name them.
constexpr KnownCall refused[] = {
    {"file_getattr", 468}, {"file_setattr", 469}, {"listns", 470}, {"open_tree_attr", 467}};

constexpr KnownCall socket_call[] = {{"socket"}};
constexpr KnownCall personality_call[] = {{"personality"}};
constexpr KnownCall clone_call[] = {{"clone"}};
constexpr KnownCall clone3_call[] = {{"clone3", 435}};

struct CapabilityRule {
    const char* capability;
    std::span<const KnownCall> syscalls;
};

constexpr KnownCall with_sys_admin[] = {
    {"bpf"},
    {"clone"},
    {"clone3", 435},
    {"fanotify_init"},
    {"fsconfig"},
    {"fsmount"},
    {"fsopen"},
    {"fspick"},
    {"lookup_dcookie"},
    {"lsm_get_self_attr", 459},
    {"lsm_list_modules", 461},
    {"lsm_set_self_attr", 460},
    {"mount"},
    {"mount_setattr", 442},
    {"move_mount"},
    {"open_tree"},
    {"perf_event_open"},
    {"quotactl"},
    {"quotactl_fd", 443},
    {"setdomainname"},
    {"sethostname"},
    {"setns"},
    {"syslog"},
    {"umount2"},
    {"unshare"},
};
constexpr KnownCall with_dac_read_search[] = {{"open_by_handle_at"}};
constexpr KnownCall with_sys_boot[] = {{"reboot"}};
constexpr KnownCall with_sys_chroot[] = {{"chroot"}};
constexpr KnownCall with_sys_module[] = {{"delete_module"}, {"init_module"}, {"finit_module"}};
constexpr KnownCall with_sys_pacct[] = {{"acct"}};
constexpr KnownCall with_sys_ptrace[] = {{"kcmp"}, {"pidfd_getfd", 438}, {"process_madvise", 440}};
constexpr KnownCall with_sys_rawio[] = {{"iopl"}, {"ioperm"}};
constexpr KnownCall with_sys_time[] = {{"settimeofday"}, {"clock_settime"}};
constexpr KnownCall with_sys_tty_config[] = {{"vhangup"}};
constexpr KnownCall with_sys_nice[] = {
    {"get_mempolicy"}, {"mbind"}, {"set_mempolicy"}, {"set_mempolicy_home_node", 450}};
constexpr KnownCall with_syslog[] = {{"syslog"}};
constexpr KnownCall with_bpf[] = {{"bpf"}};
constexpr KnownCall with_perfmon[] = {{"perf_event_open"}};

constexpr CapabilityRule capability_rules[] = {
    {"CAP_SYS_ADMIN", with_sys_admin},
    {"CAP_DAC_READ_SEARCH", with_dac_read_search},
    {"CAP_SYS_BOOT", with_sys_boot},
    {"CAP_SYS_CHROOT", with_sys_chroot},
    {"CAP_SYS_MODULE", with_sys_module},
    {"CAP_SYS_PACCT", with_sys_pacct},
    {"CAP_SYS_PTRACE", with_sys_ptrace},
    {"CAP_SYS_RAWIO", with_sys_rawio},
    {"CAP_SYS_TIME", with_sys_time},
    {"CAP_SYS_TTY_CONFIG", with_sys_tty_config},
    {"CAP_SYS_NICE", with_sys_nice},
    {"CAP_SYSLOG", with_syslog},
    {"CAP_BPF", with_bpf},
    {"CAP_PERFMON", with_perfmon},
};

constexpr int newest_number = 469;  // file_setattr, Linux 6.17

// CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET of clone(2).
constexpr std::uint64_t new_namespace_flags = 0x7e020000;
constexpr std::uint64_t af_alg = 38;
constexpr std::uint64_t af_vsock = 40;

#ifdef __s390__
constexpr unsigned clone_flags_argument = 1;
#else
constexpr unsigned clone_flags_argument = 0;
#endif

constexpr std::span<const KnownCall> groups[] = {files,  events,        memory,      processes,
                                                 clocks, communication, architecture};

SyscallRule rule_for(std::span<const KnownCall> calls, std::vector<ArgumentTest> arguments = {}) {
    SyscallRule rule;
    rule.syscalls.reserve(calls.size());
    for (const KnownCall& call : calls)
        rule.syscalls.push_back({call.name, call.number});
    rule.arguments = std::move(arguments);
    return rule;
}

void add_sockets(std::vector<SyscallRule>& rules) {
    // All families but two that reach code of the host which no namespace covers: the kernel's
    // crypto API, with a history of page cache writes, and the hypervisor's sockets.
    for (const ArgumentTest& test :
         {ArgumentTest{0, Comparison::Less, af_alg}, ArgumentTest{0, Comparison::Equal, af_alg + 1},
          ArgumentTest{0, Comparison::Greater, af_vsock}})
        rules.push_back(rule_for(socket_call, {test}));
}

void add_personalities(std::vector<SyscallRule>& rules) {
    // PER_LINUX, PER_LINUX32, UNAME26 with each, and the query: none that weakens memory layout.
    for (const std::uint64_t allowed : {0x0UL, 0x8UL, 0x20000UL, 0x20008UL, 0xffffffffUL})
        rules.push_back(rule_for(personality_call, {{0, Comparison::Equal, allowed}}));
}

void add_clone(std::vector<SyscallRule>& rules) {
    rules.push_back(rule_for(
        clone_call, {{clone_flags_argument, Comparison::MaskedEqual, 0, new_namespace_flags}}));
    // Its flags are behind a pointer, out of a filter's reach; a libc that is told ENOSYS uses
    // clone(2).
    rules.push_back(rule_for(clone3_call));
    rules.back().action = SyscallAction::Refuse;
    rules.back().errnum = ENOSYS;
}

// Without the rules' other calls: what is left of a rule stays in force.
void remove_from_rules(SeccompProfile& profile, const std::vector<std::string>& names) {
    for (SyscallRule& rule : profile.rules)
        std::erase_if(rule.syscalls, [&](const Syscall& syscall) {
            return std::find(names.begin(), names.end(), syscall.name) != names.end();
        });
    std::erase_if(profile.rules, [](const SyscallRule& rule) { return rule.syscalls.empty(); });
}

void add_rule(SeccompProfile& profile, const std::vector<std::string>& names, SyscallAction action,
              int errnum) {
    if (names.empty())
        return;
    remove_from_rules(profile, names);
    SyscallRule rule{.action = action, .errnum = errnum};
    for (const std::string& name : names)
        rule.syscalls.push_back(named_syscall(name));
    profile.rules.push_back(std::move(rule));
}

}  // namespace

SeccompProfile default_seccomp_profile(const std::vector<std::string>& capabilities) {
    SeccompProfile profile{.default_action = SyscallAction::Refuse,
                           .default_errnum = EPERM,
                           .hides_newer_calls = true,
                           .highest_known_number = newest_number,
                           .rules = {}};
    for (const std::span<const KnownCall> group : groups)
        profile.rules.push_back(rule_for(group));
    add_sockets(profile.rules);
    add_personalities(profile.rules);

    const auto has = [&](const char* capability) {
        return std::find(capabilities.begin(), capabilities.end(), capability) !=
               capabilities.end();
    };
    for (const CapabilityRule& rule : capability_rules) {
        if (has(rule.capability))
            profile.rules.push_back(rule_for(rule.syscalls));
    }
    if (!has("CAP_SYS_ADMIN"))
        add_clone(profile.rules);
    return profile;
}

SeccompProfile unconfined_seccomp_profile() {
    return {.default_action = SyscallAction::Allow};
}

Syscall named_syscall(std::string_view name) {
    int number = 0;
    const auto search = [&](std::span<const KnownCall> calls) {
        for (const KnownCall& call : calls)
            if (call.name == name)
                number = call.number;
    };
    for (const std::span<const KnownCall> group : groups)
        search(group);
    for (const CapabilityRule& rule : capability_rules)
        search(rule.syscalls);
    search(clone3_call);
    search(refused);
    return {std::string(name), number};
}

void override_syscalls(SeccompProfile& profile, const std::vector<std::string>& allow,
                       const std::vector<std::string>& deny) {
    add_rule(profile, allow, SyscallAction::Allow, 0);
    add_rule(profile, deny, SyscallAction::Refuse, EPERM);
}

}  // namespace caisson
