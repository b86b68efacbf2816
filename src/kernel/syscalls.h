// SPDX-License-Identifier: LGPL-2.1-or-later
// System calls and constants that the C library of a supported distribution lacks; the only place
// for them. Each says from which release on glibc has it.
#pragma once

#include <linux/bpf.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>

namespace caisson {

// No glibc has it: clone(2) cannot create a process in another cgroup.
inline long sys_clone3(clone_args& arguments) {
    return ::syscall(SYS_clone3, &arguments, sizeof arguments);
}

// No glibc has it.
inline long sys_bpf(bpf_cmd command, bpf_attr& attributes) {
    return ::syscall(SYS_bpf, command, &attributes, sizeof attributes);
}

// glibc >= 2.44 has this.
inline int sys_openat2(int directory, const char* path, const open_how& how) {
    return static_cast<int>(::syscall(SYS_openat2, directory, path, &how, sizeof how));
}

// glibc >= 2.37 has these for C++; in 2.36 they lack C linkage.
inline int sys_pidfd_open(pid_t pid) {
    return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
}

inline int sys_pidfd_getfd(int pidfd, int number) {
    return static_cast<int>(::syscall(SYS_pidfd_getfd, pidfd, number, 0));
}

inline int sys_pidfd_send_signal(int pidfd, int signal) {
    return static_cast<int>(::syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0));
}

}  // namespace caisson

// glibc >= 2.36 has these in <sys/mount.h>; <linux/mount.h> cannot be included beside it there.
#ifndef MOUNT_ATTR_NOSYMFOLLOW
#define MOUNT_ATTR_NOSYMFOLLOW 0x00200000
#endif
