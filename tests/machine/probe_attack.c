// SPDX-License-Identifier: LGPL-2.1-or-later
// Verbs that try to get out, for what a shell cannot do.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "probe.h"

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int has_name(const char* pid, const char* wanted) {
    char path[PATH_MAX], name[64] = "";
    snprintf(path, sizeof path, "/proc/%s/comm", pid);
    FILE* file = fopen(path, "re");
    if (!file)
        return 0;
    int found = fgets(name, sizeof name, file) != NULL;
    fclose(file);
    name[strcspn(name, "\n")] = 0;
    return found && strcmp(name, wanted) == 0;
}

static void hunt_file(const char* pid, const char* name) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "/proc/%s/%s", pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    printf("%s %s\n", name, pid);
    close(fd);
}

// Traced for a moment only: one that ends under a tracer is gone for its parent when the tracer is.
static void hunt_trace(const char* pid) {
    pid_t traced = (pid_t)number(pid);
    if (ptrace(PTRACE_SEIZE, traced, NULL, NULL) < 0)
        return;
    printf("ptrace %s\n", pid);
    int status;
    ptrace(PTRACE_INTERRUPT, traced, NULL, NULL);
    if (waitpid(traced, &status, __WALL) == traced && WIFSTOPPED(status))
        ptrace(PTRACE_DETACH, traced, NULL, NULL);
}

static void hunt_process(const char* pid) {
    printf("seen %s\n", pid);
    hunt_file(pid, "exe");
    hunt_file(pid, "fd");
    hunt_file(pid, "root/");
    hunt_file(pid, "environ");
    hunt_file(pid, "mem");
    int pidfd = (int)syscall(SYS_pidfd_open, (pid_t)number(pid), 0);
    for (int fd = 0; pidfd >= 0 && fd < 16; fd++) {
        int stolen = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
        if (stolen >= 0) {
            printf("pidfd_getfd %s %d\n", pid, fd);
            close(stolen);
            break;
        }
    }
    if (pidfd >= 0)
        close(pidfd);
    hunt_trace(pid);
}

// What can be had of every process of that name, as long as it lives, until the file is there or
// the time is over.
static int attack_hunt(int count, char** arguments) {
    (void)count;
    double end = now() + strtod(arguments[1], NULL);
    while (now() < end && access(arguments[2], F_OK) < 0) {
        DIR* directory = opendir("/proc");
        if (!directory)
            return failed("hunt", "/proc");
        for (struct dirent* entry; (entry = readdir(directory));)
            if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
                has_name(entry->d_name, arguments[0]))
                hunt_process(entry->d_name);
        closedir(directory);
    }
    return 0;
}

static int attack_exchange(int count, char** arguments) {
    (void)count;
    double end = now() + strtod(arguments[2], NULL);
    unsigned long long times = 0;
    while (now() < end) {
        if (renameat2(AT_FDCWD, arguments[0], AT_FDCWD, arguments[1], RENAME_EXCHANGE) < 0) {
            if (errno == ENOENT && times > 0)
                break;
            return failed("exchange", arguments[0]);
        }
        times++;
    }
    printf("exchanged %llu\n", times);
    return 0;
}

// Types into the terminal, if there is one.
static int attack_type(int count, char** arguments) {
    (void)count;
    int bad = 0;
    for (const char* at = arguments[0]; *at && !bad; at++)
        bad = ioctl(STDIN_FILENO, TIOCSTI, at) < 0;
    printf("type %s\n", bad ? errno_name(errno) : "yes");
    return 0;
}

union handle {
    struct file_handle head;
    char bytes[sizeof(struct file_handle) + MAX_HANDLE_SZ];
};

static int attack_handle(int count, char** arguments) {
    (void)count;
    union handle handle = {.head.handle_bytes = MAX_HANDLE_SZ};
    int mount_id;
    if (name_to_handle_at(AT_FDCWD, arguments[0], &handle.head, &mount_id, 0) < 0)
        return failed("handle", arguments[0]);
    printf("%d ", handle.head.handle_type);
    for (unsigned i = 0; i < handle.head.handle_bytes; i++)
        printf("%02x", handle.head.f_handle[i]);
    putchar('\n');
    return 0;
}

static int attack_open_handle(int count, char** arguments) {
    (void)count;
    union handle handle = {0};
    const char* hex = arguments[2];
    handle.head.handle_type = (int)number(arguments[1]);
    for (; hex[0] && hex[1] && handle.head.handle_bytes < MAX_HANDLE_SZ; hex += 2) {
        unsigned byte;
        if (sscanf(hex, "%2x", &byte) == 1)
            handle.head.f_handle[handle.head.handle_bytes++] = (unsigned char)byte;
    }
    int mount = open(arguments[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fd = open_by_handle_at(mount, &handle.head, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return failed("open-handle", arguments[0]);
    char text[4096];
    ssize_t length = read(fd, text, sizeof text);
    if (length > 0)
        fwrite(text, 1, (size_t)length, stdout);
    return 0;
}

const struct verb attack_verbs[] = {
    {"hunt", "NAME SECONDS FILE",
     "what can be had of the processes of that name, until FILE is there", 3, 3, attack_hunt},
    {"exchange", "A B SECONDS", "exchange two names again and again, while they are there", 3, 3,
     attack_exchange},
    {"type", "TEXT", "type it into the terminal on stdin (TIOCSTI)", 1, 1, attack_type},
    {"handle", "PATH", "its file handle: type, bytes", 1, 1, attack_handle},
    {"open-handle", "DIRECTORY TYPE BYTES", "read a file of that file system by its handle", 3, 3,
     attack_open_handle},
    {0},
};
