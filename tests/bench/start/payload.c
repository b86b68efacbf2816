// SPDX-License-Identifier: LGPL-2.1-or-later
// payload FIFO: says when it began to run, and waits for SIGTERM.
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

// As PID 1 it gets only signals that it has a handler for.
static void leave(int signal) {
    (void)signal;
    _exit(0);
}

int main(int count, char** arguments) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (count != 2)
        return 2;
    signal(SIGTERM, leave);
    char text[32];
    const int size = snprintf(text, sizeof text, "%lld\n", now.tv_sec * 1000000000LL + now.tv_nsec);
    const int fifo = open(arguments[1], O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (fifo < 0 || write(fifo, text, (size_t)size) != size)
        return 1;
    for (;;)
        pause();
}
