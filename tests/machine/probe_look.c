// SPDX-License-Identifier: LGPL-2.1-or-later
// Verbs that say what the process is and has.
#define _GNU_SOURCE
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "probe.h"

extern char** environ;

static int copy_file(const char* verb, const char* path) {
    FILE* file = fopen(path, "re");
    if (!file)
        return failed(verb, path);
    for (int c; (c = getc(file)) != EOF;)
        putchar(c);
    int bad = ferror(file);
    fclose(file);
    return bad ? failed(verb, path) : 0;
}

static int look_ids(int count, char** arguments) {
    (void)count, (void)arguments;
    gid_t groups[NGROUPS_MAX];
    int have = getgroups(NGROUPS_MAX, groups);
    printf("uid %u\neuid %u\ngid %u\negid %u\ngroups", getuid(), geteuid(), getgid(), getegid());
    for (int i = 0; i < have; i++)
        printf(" %u", groups[i]);
    putchar('\n');
    return 0;
}

static int look_caps(int count, char** arguments) {
    (void)count, (void)arguments;
    FILE* file = fopen("/proc/self/status", "re");
    if (!file)
        return failed("caps", "/proc/self/status");
    char line[4096], key[64], value[64];
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, "Cap", 3) && strncmp(line, "NoNewPrivs", 10) &&
            strncmp(line, "Seccomp", 7))
            continue;
        if (sscanf(line, "%63[^:]: %63s", key, value) == 2)
            printf("%s %s\n", key, value);
    }
    fclose(file);
    return 0;
}

static int is_name(const struct dirent* entry) {
    return strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
}

// Calls `each` on the names in a directory, in order, numbers as numbers.
static int for_names(const char* verb, const char* path,
                     void (*each)(const char* path, const char* name)) {
    struct dirent** entries;
    int have = scandir(path, &entries, is_name, versionsort);
    if (have < 0)
        return failed(verb, path);
    for (int i = 0; i < have; i++) {
        each(path, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return 0;
}

static void print_name(const char* path, const char* name) {
    (void)path;
    puts(name);
}

// The descriptor that read /proc/self/fd is in the list but gone by now, so that it is not printed.
static void print_link(const char* path, const char* name) {
    char link[PATH_MAX], target[PATH_MAX];
    snprintf(link, sizeof link, "%s/%s", path, name);
    ssize_t length = readlink(link, target, sizeof target);
    if (length >= 0)
        printf("%s %.*s\n", name, (int)length, target);
}

static int look_namespaces(int count, char** arguments) {
    (void)count, (void)arguments;
    return for_names("namespaces", "/proc/self/ns", print_link);
}

static int look_fds(int count, char** arguments) {
    (void)count, (void)arguments;
    return for_names("fds", "/proc/self/fd", print_link);
}

static int look_ls(int count, char** arguments) {
    (void)count;
    return for_names("ls", arguments[0], print_name);
}

static int look_mounts(int count, char** arguments) {
    (void)count, (void)arguments;
    return copy_file("mounts", "/proc/self/mountinfo");
}

static int look_status(int count, char** arguments) {
    (void)count, (void)arguments;
    return copy_file("status", "/proc/self/status");
}

static int look_cgroup(int count, char** arguments) {
    (void)count, (void)arguments;
    return copy_file("cgroup", "/proc/self/cgroup");
}

static int look_cat(int count, char** arguments) {
    (void)count;
    return copy_file("cat", arguments[0]);
}

static int look_oom_score(int count, char** arguments) {
    (void)count, (void)arguments;
    printf("oom_score_adj ");
    return copy_file("oom_score", "/proc/self/oom_score_adj");
}

static void print_limit(rlim_t value) {
    if (value == RLIM_INFINITY)
        printf(" infinity");
    else
        printf(" %llu", (unsigned long long)value);
}

static int look_limits(int count, char** arguments) {
    (void)count, (void)arguments;
    static const char* const names[RLIM_NLIMITS] = {
        [RLIMIT_CPU] = "cpu",           [RLIMIT_FSIZE] = "fsize",
        [RLIMIT_DATA] = "data",         [RLIMIT_STACK] = "stack",
        [RLIMIT_CORE] = "core",         [RLIMIT_RSS] = "rss",
        [RLIMIT_NPROC] = "nproc",       [RLIMIT_NOFILE] = "nofile",
        [RLIMIT_MEMLOCK] = "memlock",   [RLIMIT_AS] = "as",
        [RLIMIT_LOCKS] = "locks",       [RLIMIT_SIGPENDING] = "sigpending",
        [RLIMIT_MSGQUEUE] = "msgqueue", [RLIMIT_NICE] = "nice",
        [RLIMIT_RTPRIO] = "rtprio",     [RLIMIT_RTTIME] = "rttime",
    };
    for (int i = 0; i < (int)RLIM_NLIMITS; i++) {
        struct rlimit limit;
        if (getrlimit(i, &limit) < 0)
            return failed("limits", names[i]);
        printf("%s", names[i]);
        print_limit(limit.rlim_cur);
        print_limit(limit.rlim_max);
        putchar('\n');
    }
    return 0;
}

static int look_env(int count, char** arguments) {
    (void)count, (void)arguments;
    for (char** variable = environ; *variable; variable++)
        puts(*variable);
    return 0;
}

static int look_args(int count, char** arguments) {
    (void)count, (void)arguments;
    for (int i = 0; i < probe_argc; i++)
        printf("%d %s\n", i, probe_argv[i]);
    return 0;
}

static int look_pid(int count, char** arguments) {
    (void)count, (void)arguments;
    printf("pid %d\nppid %d\npgid %d\nsid %d\n", getpid(), getppid(), getpgid(0), getsid(0));
    return 0;
}

static int look_cwd(int count, char** arguments) {
    (void)count, (void)arguments;
    char path[PATH_MAX];
    if (!getcwd(path, sizeof path))
        return failed("cwd", "getcwd");
    printf("cwd %s\n", path);
    return 0;
}

static int look_hostname(int count, char** arguments) {
    (void)count, (void)arguments;
    char name[HOST_NAME_MAX + 1];
    if (gethostname(name, sizeof name) < 0)
        return failed("hostname", "gethostname");
    printf("hostname %s\n", name);
    return 0;
}

static int look_umask(int count, char** arguments) {
    (void)count, (void)arguments;
    mode_t mask = umask(0);
    umask(mask);
    printf("umask %04o\n", mask);
    return 0;
}

static int look_tty(int count, char** arguments) {
    (void)count, (void)arguments;
    for (int fd = 0; fd < 3; fd++)
        printf("tty %d %s\n", fd, isatty(fd) ? "yes" : "no");
    struct winsize window;
    if (ioctl(STDIN_FILENO, TIOCGWINSZ, &window) == 0)
        printf("rows %u\ncolumns %u\n", window.ws_row, window.ws_col);
    return 0;
}

static int look_time(int count, char** arguments) {
    (void)count, (void)arguments;
    static const struct {
        const char* name;
        clockid_t clock;
    } clocks[] = {
        {"monotonic", CLOCK_MONOTONIC}, {"boottime", CLOCK_BOOTTIME}, {"realtime", CLOCK_REALTIME}};
    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++) {
        struct timespec now;
        clock_gettime(clocks[i].clock, &now);
        printf("%s %lld.%09ld\n", clocks[i].name, (long long)now.tv_sec, now.tv_nsec);
    }
    return 0;
}

const struct verb look_verbs[] = {
    {"ids", "", "uid euid gid egid groups", 0, 0, look_ids},
    {"caps", "", "capability sets, NoNewPrivs, Seccomp", 0, 0, look_caps},
    {"namespaces", "", "links of /proc/self/ns", 0, 0, look_namespaces},
    {"mounts", "", "/proc/self/mountinfo", 0, 0, look_mounts},
    {"limits", "", "the 16 resource limits: name soft hard", 0, 0, look_limits},
    {"env", "", "environment", 0, 0, look_env},
    {"fds", "", "open descriptors: number target", 0, 0, look_fds},
    {"args", "", "argv: number value", 0, 0, look_args},
    {"pid", "", "pid ppid pgid sid", 0, 0, look_pid},
    {"cwd", "", "working directory", 0, 0, look_cwd},
    {"hostname", "", "host name", 0, 0, look_hostname},
    {"umask", "", "file mode mask", 0, 0, look_umask},
    {"cgroup", "", "/proc/self/cgroup", 0, 0, look_cgroup},
    {"status", "", "/proc/self/status", 0, 0, look_status},
    {"oom_score", "", "oom_score_adj", 0, 0, look_oom_score},
    {"tty", "", "which of 0 1 2 are terminals, window size", 0, 0, look_tty},
    {"time", "", "monotonic boottime realtime", 0, 0, look_time},
    {"cat", "FILE", "contents of a file", 1, 1, look_cat},
    {"ls", "DIRECTORY", "names in it, sorted", 1, 1, look_ls},
    {0},
};
