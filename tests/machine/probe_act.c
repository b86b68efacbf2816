// SPDX-License-Identifier: LGPL-2.1-or-later
// Verbs that behave: wait, end, burn, fork, fill memory, print.
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "probe.h"

static volatile sig_atomic_t exit_status_for[_NSIG];

// TERM, SIGTERM, 15, RTMIN+3.
static int signal_number(const char* text) {
    if (strncasecmp(text, "SIG", 3) == 0)
        text += 3;
    if (strncasecmp(text, "RTMIN", 5) == 0)
        return SIGRTMIN + (text[5] ? (int)number(text + 6) : 0);
    for (int i = 1; i < _NSIG; i++) {
        const char* name = sigabbrev_np(i);
        if (name && strcasecmp(name, text) == 0)
            return i;
    }
    return (int)number(text);
}

static int act_sleep(int count, char** arguments) {
    (void)count;
    if (strcmp(arguments[0], "infinity") == 0)
        for (;;)
            pause();
    double seconds = strtod(arguments[0], NULL);
    struct timespec left = {.tv_sec = (time_t)seconds,
                            .tv_nsec = (long)((seconds - (time_t)seconds) * 1e9)};
    while (nanosleep(&left, &left) < 0 && errno == EINTR)
        continue;
    return 0;
}

static int act_exit(int count, char** arguments) {
    (void)count;
    fflush(NULL);
    _exit((int)number(arguments[0]));
}

static int act_abort(int count, char** arguments) {
    (void)count, (void)arguments;
    abort();
}

static int act_signal(int count, char** arguments) {
    (void)count;
    int wanted = signal_number(arguments[0]);
    if (wanted != SIGKILL && wanted != SIGSTOP)
        signal(wanted, SIG_DFL);
    kill(getpid(), wanted);
    printf("signal %d survived\n", wanted);
    return 0;
}

static int act_ignore(int count, char** arguments) {
    (void)count;
    signal(signal_number(arguments[0]), SIG_IGN);
    return 0;
}

static void exit_as_told(int received) {
    _exit(exit_status_for[received]);
}

static int act_on(int count, char** arguments) {
    (void)count;
    if (strcmp(arguments[1], "exit") != 0) {
        fprintf(stderr, "probe: on: expected 'exit', not '%s'\n", arguments[1]);
        return 2;
    }
    int wanted = signal_number(arguments[0]);
    exit_status_for[wanted] = (int)number(arguments[2]);
    signal(wanted, exit_as_told);
    return 0;
}

static int act_allocate(int count, char** arguments) {
    (void)count;
    size_t wanted = size(arguments[0]);
    char* memory = mmap(NULL, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return failed("allocate", arguments[0]);
    memset(memory, 0xa5, wanted);
    printf("allocated %zu\n", wanted);
    return 0;
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int act_spin(int count, char** arguments) {
    (void)count;
    double end = seconds_now() + strtod(arguments[0], NULL);
    while (seconds_now() < end)
        continue;
    return 0;
}

// fork() in the parent returns; `child` does not.
static int fork_each(const char* verb, const char* times, void (*child)(void)) {
    unsigned long long wanted = number(times);
    fflush(NULL);
    for (unsigned long long i = 0; i < wanted; i++) {
        pid_t pid = fork();
        if (pid < 0) {
            printf("%s %llu %s\n", verb, i, errno_name(errno));
            return 1;
        }
        if (pid == 0) {
            child();
            _exit(0);
        }
    }
    printf("%s %llu\n", verb, wanted);
    return 0;
}

static void sleep_on(void) {
    for (;;)
        pause();
}

static void leave_orphan(void) {
    if (fork() == 0) {
        // Long enough for the parent to be gone.
        usleep(20000);
        _exit(0);
    }
}

static int act_fork(int count, char** arguments) {
    (void)count;
    return fork_each("fork", arguments[0], sleep_on);
}

static int act_orphans(int count, char** arguments) {
    (void)count;
    return fork_each("orphans", arguments[0], leave_orphan);
}

static int act_out(int count, char** arguments) {
    (void)count;
    puts(arguments[0]);
    return 0;
}

static int act_err(int count, char** arguments) {
    (void)count;
    fprintf(stderr, "%s\n", arguments[0]);
    return 0;
}

static int act_lines(int count, char** arguments) {
    unsigned long long lines = number(arguments[0]);
    int width = count > 1 ? (int)number(arguments[1]) : 0;
    // Many lines are written in large pieces.
    fflush(stdout);
    setvbuf(stdout, NULL, _IOFBF, 65536);
    for (unsigned long long i = 1; i <= lines; i++) {
        int length = printf("%llu", i);
        if (length < width)
            putchar(' ');
        while (++length < width)
            putchar('.');
        putchar('\n');
    }
    fflush(stdout);
    setvbuf(stdout, NULL, _IOLBF, 0);
    return 0;
}

const struct verb act_verbs[] = {
    {"sleep", "SECONDS|infinity", "wait", 1, 1, act_sleep},
    {"exit", "STATUS", "end", 1, 1, act_exit},
    {"abort", "", "abort(3)", 0, 0, act_abort},
    {"signal", "SIGNAL", "send it to itself with its default action; PID 1 survives", 1, 1,
     act_signal},
    {"ignore", "SIGNAL", "ignore it from now on", 1, 1, act_ignore},
    {"on", "SIGNAL exit STATUS", "end so when it comes", 3, 3, act_on},
    {"allocate", "SIZE", "take memory (64M) and touch it", 1, 1, act_allocate},
    {"spin", "SECONDS", "burn CPU", 1, 1, act_spin},
    {"fork", "N", "start N children that sleep", 1, 1, act_fork},
    {"orphans", "N", "leave N orphans that exit", 1, 1, act_orphans},
    {"out", "TEXT", "a line on stdout", 1, 1, act_out},
    {"err", "TEXT", "a line on stderr", 1, 1, act_err},
    {"lines", "N [BYTES]", "N numbered lines on stdout, each of BYTES", 1, 2, act_lines},
    {0},
};
