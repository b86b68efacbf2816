// SPDX-License-Identifier: LGPL-2.1-or-later
// floor ROOT STATE BOUND COMMAND...: the least that a container costs. The six namespaces, an
// ephemeral overlay over ROOT whose upper directory is in STATE, /proc, /sys, /dev, the directory
// BOUND at /bench, pivot_root, exec. No checks of paths, no masks, no capabilities, no seccomp, no
// user database, no configuration. Waits for its end and tidies up.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

static void must(long result, const char* what) {
    if (result >= 0)
        return;
    fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
    _exit(1);
}

static void mount_root(const char* root) {
    char options[1024];
    snprintf(options, sizeof options, "lowerdir=%s,upperdir=upper,workdir=work,volatile", root);
    must(mount("overlay", "root", "overlay", 0, options), "mount the root");
    must(chdir("root"), "enter the root");
}

static void mount_kernel(void) {
    const unsigned long safe = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    must(mount("proc", "proc", "proc", safe, NULL), "mount /proc");
    must(mount("sysfs", "sys", "sysfs", safe | MS_RDONLY, NULL), "mount /sys");
    must(mount("tmpfs", "dev", "tmpfs", MS_NOSUID, "mode=755"), "mount /dev");
    static const struct {
        const char* name;
        unsigned major, minor;
    } nodes[] = {{"dev/null", 1, 3},   {"dev/zero", 1, 5},    {"dev/full", 1, 7},
                 {"dev/random", 1, 8}, {"dev/urandom", 1, 9}, {"dev/tty", 5, 0}};
    for (unsigned i = 0; i < sizeof nodes / sizeof *nodes; i++)
        must(mknod(nodes[i].name, S_IFCHR | 0666, makedev(nodes[i].major, nodes[i].minor)),
             nodes[i].name);
    must(mkdir("dev/pts", 0755), "make /dev/pts");
    must(mount("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
               "newinstance,ptmxmode=0666,mode=620"),
         "mount /dev/pts");
    must(mkdir("dev/shm", 0755), "make /dev/shm");
    must(mount("tmpfs", "dev/shm", "tmpfs", safe, "mode=1777"), "mount /dev/shm");
}

static void run(char** arguments) {
    must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "make mounts private");
    mount_root(arguments[1]);
    mount_kernel();
    must(mount(arguments[3], "bench", NULL, MS_BIND, NULL), "bind");
    must(syscall(SYS_pivot_root, ".", "."), "pivot_root");
    must(umount2(".", MNT_DETACH), "unmount the old root");
    must(chdir("/"), "enter /");
    signal(SIGTERM, SIG_DFL);
    execv(arguments[4], arguments + 4);
    must(-1, arguments[4]);
}

static int remove_one(const char* path, const struct stat* status, int kind, struct FTW* where) {
    (void)status, (void)kind, (void)where;
    return remove(path);
}

int main(int count, char** arguments) {
    if (count < 5)
        return 2;
    const char* state = arguments[2];
    must(mkdir(state, 0700), "make the state directory");
    must(chdir(state), "enter the state directory");
    must(mkdir("upper", 0755) | mkdir("work", 0755) | mkdir("root", 0755), "make directories");
    // The stop signal goes to the whole cgroup; only the payload ends on it.
    signal(SIGTERM, SIG_IGN);
    struct clone_args clone = {.flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC |
                                        CLONE_NEWNET | CLONE_NEWCGROUP,
                               .exit_signal = SIGCHLD};
    const long child = syscall(SYS_clone3, &clone, sizeof clone);
    must(child, "clone");
    if (child == 0)
        run(arguments);
    int status = 0;
    must(waitpid((pid_t)child, &status, 0), "wait");
    must(chdir("/"), "enter /");
    must(nftw(state, remove_one, 16, FTW_DEPTH | FTW_PHYS), "remove the state directory");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
