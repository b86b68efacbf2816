// SPDX-License-Identifier: LGPL-2.1-or-later
// Verbs that look at one path or try to change it.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "probe.h"

static const char* type_of(mode_t mode) {
    switch (mode & S_IFMT) {
    case S_IFDIR:
        return "directory";
    case S_IFREG:
        return "file";
    case S_IFLNK:
        return "link";
    case S_IFCHR:
        return "char";
    case S_IFBLK:
        return "block";
    case S_IFIFO:
        return "fifo";
    case S_IFSOCK:
        return "socket";
    default:
        return "?";
    }
}

static int file_stat(int count, char** arguments) {
    (void)count;
    struct stat info;
    if (lstat(arguments[0], &info) < 0)
        return failed("stat", arguments[0]);
    printf("mode %04o\nuid %u\ngid %u\ntype %s\nrdev %u:%u\nsize %lld\nlinks %lu\n",
           info.st_mode & 07777, info.st_uid, info.st_gid, type_of(info.st_mode),
           major(info.st_rdev), minor(info.st_rdev), (long long)info.st_size,
           (unsigned long)info.st_nlink);
    return 0;
}

static int file_readlink(int count, char** arguments) {
    (void)count;
    char target[PATH_MAX];
    ssize_t length = readlink(arguments[0], target, sizeof target);
    if (length < 0)
        return failed("readlink", arguments[0]);
    printf("%.*s\n", (int)length, target);
    return 0;
}

static int file_write(int count, char** arguments) {
    (void)count;
    int fd = open(arguments[0], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return failed("write", arguments[0]);
    char text[4096];
    int length = snprintf(text, sizeof text, "%s\n", arguments[1]);
    int status = write(fd, text, length) == length ? 0 : failed("write", arguments[0]);
    close(fd);
    return status;
}

// Creates and removes a file in a directory; opens anything else.
static int try_to_write(const char* path) {
    char inside[PATH_MAX];
    struct stat info;
    if (stat(path, &info) < 0)
        return -1;
    int directory = S_ISDIR(info.st_mode);
    snprintf(inside, sizeof inside, "%s/.probe.%d", path, getpid());
    int fd = directory ? open(inside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)
                       : open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return -1;
    close(fd);
    return directory ? unlink(inside) : 0;
}

static void print_attempt(const char* verb, const char* path, int result) {
    if (result < 0)
        printf("%s %s no %s\n", verb, path, errno_name(errno));
    else
        printf("%s %s yes\n", verb, path);
}

static int file_writable(int count, char** arguments) {
    (void)count;
    print_attempt("writable", arguments[0], try_to_write(arguments[0]));
    return 0;
}

static int file_proc_exe_write(int count, char** arguments) {
    (void)count, (void)arguments;
    print_attempt("proc-exe-write", "/proc/self/exe", try_to_write("/proc/self/exe"));
    print_attempt("proc-exe-write", "/proc/1/exe", try_to_write("/proc/1/exe"));
    return 0;
}

static int file_mkdir(int count, char** arguments) {
    (void)count;
    return mkdir(arguments[0], 0755) < 0 ? failed("mkdir", arguments[0]) : 0;
}

const struct verb file_verbs[] = {
    {"stat", "PATH", "mode uid gid type rdev size links; links are not followed", 1, 1, file_stat},
    {"readlink", "PATH", "target of a link", 1, 1, file_readlink},
    {"write", "FILE TEXT", "write a line to a file", 2, 2, file_write},
    {"mkdir", "PATH", "make a directory", 1, 1, file_mkdir},
    {"writable", "PATH", "yes, or no and why; never fails", 1, 1, file_writable},
    {"proc-exe-write", "", "are the executables of self and of PID 1 writable", 0, 0,
     file_proc_exe_write},
    {0},
};
