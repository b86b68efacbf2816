// SPDX-License-Identifier: LGPL-2.1-or-later
// The verb that tries system calls. Without arguments each is called so that success does no harm
// and the error tells a filter or a missing capability (EPERM, ENOSYS) from a call that got through
// (EFAULT, EINVAL, ...) where the kernel allows.
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "probe.h"

#define MOST_ARGUMENTS 6

static const struct call {
    const char* name;
    long nr;
    const char* arguments[MOST_ARGUMENTS];  // in the verb's own syntax; zero where there is none
} calls[] = {
    {"acct", SYS_acct, {0}},
    {"add_key", SYS_add_key, {0}},
    {"bpf", SYS_bpf, {"0", "zeros", "48"}},
    {"chroot", SYS_chroot, {"/"}},
    {"clock_adjtime", SYS_clock_adjtime, {"0", "zeros"}},
    {"clock_settime", SYS_clock_settime, {"0", "now"}},
    {"clone3", SYS_clone3, {0}},
    {"delete_module", SYS_delete_module, {"no_such_module"}},
    {"finit_module", SYS_finit_module, {"-1"}},
    {"fsopen", SYS_fsopen, {"no_such_type"}},
    {"getpid", SYS_getpid, {0}},
    {"init_module", SYS_init_module, {0}},
    {"io_uring_setup", SYS_io_uring_setup, {0}},
    {"kcmp", SYS_kcmp, {"1", "1"}},
    {"kexec_load", SYS_kexec_load, {"0", "17"}},
    {"keyctl", SYS_keyctl, {0}},
    {"landlock_create_ruleset", 444, {"0", "0", "1"}},
    {"mknod", SYS_mknod, {0}},
    {"mount", SYS_mount, {0}},
    {"mount_setattr", 442, {"-1"}},
    {"move_mount", SYS_move_mount, {"-1", "", "-1", ""}},
    {"name_to_handle_at", SYS_name_to_handle_at, {"-1"}},
    {"open_by_handle_at", SYS_open_by_handle_at, {"-1"}},
    {"open_tree", SYS_open_tree, {"-1"}},
    {"perf_event_open", SYS_perf_event_open, {0}},
    {"personality", SYS_personality, {"0xffffffff"}},
    {"pidfd_open", SYS_pidfd_open, {"1"}},
    {"pivot_root", SYS_pivot_root, {0}},
    {"process_vm_readv", SYS_process_vm_readv, {"1"}},
    {"ptrace", SYS_ptrace, {"16", "0"}},
    {"quotactl", SYS_quotactl, {0}},
    {"reboot", SYS_reboot, {0}},
    {"request_key", SYS_request_key, {0}},
    {"seccomp", SYS_seccomp, {"99"}},
    {"set_mempolicy", SYS_set_mempolicy, {"99"}},
    {"setdomainname", SYS_setdomainname, {"0", "-1"}},
    {"sethostname", SYS_sethostname, {"0", "-1"}},
    {"setns", SYS_setns, {"-1"}},
    {"settimeofday", SYS_settimeofday, {"now"}},
    {"setuid", SYS_setuid, {0}},
    {"socket", SYS_socket, {"2", "1", "0"}},
    {"swapoff", SYS_swapoff, {0}},
    {"swapon", SYS_swapon, {0}},
    {"syslog", SYS_syslog, {"10"}},
    {"umount2", SYS_umount2, {0}},
    {"unshare", SYS_unshare, {"0x10000000"}},
    {"userfaultfd", SYS_userfaultfd, {0}},
#ifdef __x86_64__
    {"iopl", SYS_iopl, {"3"}},
    {"ioperm", SYS_ioperm, {"0", "1", "1"}},
    {"modify_ldt", SYS_modify_ldt, {0}},
#endif
};

// A number; `now`, a pointer to the present time; `zeros`, a pointer to zeros; else the text
// itself.
static long value_of(const char* text) {
    static struct timespec now;
    static char zeros[4096];
    if (!text)
        return 0;
    if (strcmp(text, "zeros") == 0)
        return (long)zeros;
    if (strcmp(text, "now") == 0) {
        clock_gettime(CLOCK_REALTIME, &now);
        now.tv_nsec /= 1000;  // good as a timeval, too
        return (long)&now;
    }
    char* end;
    long value = (long)strtoull(text, &end, 0);
    return *text && !*end ? value : (long)text;
}

static const struct call* find(const char* name) {
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (strcmp(calls[i].name, name) == 0)
            return &calls[i];
    return NULL;
}

static int syscall_try(int count, char** arguments) {
    static const struct call unnamed;
    const struct call* call = find(arguments[0]);
    long nr = call ? call->nr : (long)number(arguments[0]);
    if (!call)
        call = &unnamed;
    long values[MOST_ARGUMENTS];
    for (int i = 0; i < MOST_ARGUMENTS; i++)
        values[i] = value_of(i + 1 < count ? arguments[i + 1] : call->arguments[i]);
    fflush(NULL);
    // In a child: what succeeds must not change the process for the verbs that follow.
    pid_t child = fork();
    if (child < 0)
        return failed("syscall", "fork");
    if (child == 0) {
        errno = 0;
        long result = syscall(nr, values[0], values[1], values[2], values[3], values[4], values[5]);
        printf("%s %ld %s\n", arguments[0], result, result == -1 ? errno_name(errno) : "0");
        fflush(stdout);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        printf("%s killed SIG%s\n", arguments[0], sigabbrev_np(WTERMSIG(status)));
    return 0;
}

static int syscall_names(int count, char** arguments) {
    (void)count, (void)arguments;
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        puts(calls[i].name);
    return 0;
}

const struct verb syscall_verbs[] = {
    {"syscall", "NAME|NR [ARGUMENT...]", "try it: name, result, error; never fails", 1,
     1 + MOST_ARGUMENTS, syscall_try},
    {"syscalls", "", "the names that `syscall` knows", 0, 0, syscall_names},
    {0},
};
