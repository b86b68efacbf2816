// SPDX-License-Identifier: LGPL-2.1-or-later
// measure FIFO ROUNDS PAYLOADS LABEL=UNIT...: starts and stops each unit in turn, ROUNDS times, and
// prints a table: when the (last) payload ran, when systemctl had returned, how long the stop took,
// and what stays beside the payloads. Each payload writes the time of its start into the FIFO. The
// order within a round is drawn anew, so that nobody always follows the same neighbour.
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { most_units = 32, most_rounds = 1000, most_processes = 4096 };
enum { RUNNING, RETURNED, STOPPED, PROCESSES, MEMORY, columns };

struct unit {
    const char* label;
    const char* name;
    bool failed;
    double samples[columns][most_rounds];
};

static struct unit units[most_units];
static int known[most_processes];
static int known_count;
static int payloads;
static int fifo;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void rest(long milliseconds) {
    nanosleep(
        &(struct timespec){.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000},
        NULL);
}

static bool systemctl(const char* verb, const char* unit) {
    char* const arguments[] = {"systemctl", "--quiet",   "--no-pager", "--full",
                               (char*)verb, (char*)unit, NULL};
    pid_t pid;
    int status;
    if (posix_spawn(&pid, "/usr/bin/systemctl", NULL, NULL, arguments, environ) != 0)
        return false;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// When the last of the payloads ran, or 0. The FIFO has one line of nanoseconds from each.
static double last_payload(void) {
    double last = 0;
    char text[4096];
    size_t held = 0;
    for (int seen = 0; seen < payloads;) {
        struct pollfd ready = {.fd = fifo, .events = POLLIN};
        if (poll(&ready, 1, 10000) != 1)
            return 0;
        const ssize_t got = read(fifo, text + held, sizeof text - 1 - held);
        if (got <= 0)
            return 0;
        held += (size_t)got;
        text[held] = '\0';
        char* line = text;
        for (char* end; (end = strchr(line, '\n')); line = end + 1, seen++) {
            const double time = strtod(line, NULL) / 1e6;
            last = time > last ? time : last;
        }
        held = strlen(line);
        memmove(text, line, held);
    }
    return last;
}

static bool read_process(int pid, const char* file, char* text, size_t size) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t got = fd < 0 ? -1 : read(fd, text, size - 1);
    if (fd >= 0)
        close(fd);
    text[got > 0 ? got : 0] = '\0';
    return got > 0;
}

static double memory_of(int pid) {
    char text[4096];
    const char* line =
        read_process(pid, "smaps_rollup", text, sizeof text) ? strstr(text, "\nPss:") : NULL;
    return line ? strtod(line + 5, NULL) : 0;
}

static bool is_known(int pid) {
    for (int i = 0; i < known_count; i++)
        if (known[i] == pid)
            return true;
    return false;
}

struct census {
    int payloads;
    int others;
    double memory;
};

// Counts the processes that were not there before; `remember` makes them ones that were.
static struct census count_processes(bool remember) {
    struct census census = {0};
    DIR* processes = opendir("/proc");
    if (remember)
        known_count = 0;
    for (struct dirent* entry; (entry = readdir(processes));) {
        const int pid = atoi(entry->d_name);
        char name[64];
        if (!isdigit((unsigned char)*entry->d_name) ||
            !read_process(pid, "comm", name, sizeof name))
            continue;
        if (strcmp(name, "payload\n") == 0) {
            census.payloads++;
        } else if (remember) {
            if (known_count < most_processes)
                known[known_count++] = pid;
        } else if (!is_known(pid)) {
            census.others++;
            census.memory += memory_of(pid);
        }
    }
    closedir(processes);
    return census;
}

static bool fail(struct unit* unit, const char* why) {
    printf("%s: %s; left out\n", unit->label, why);
    fflush(stdout);
    systemctl("status", unit->name);
    systemctl("stop", unit->name);
    unit->failed = true;
    return false;
}

static bool measure(struct unit* unit, int round) {
    count_processes(true);
    const double called = now();
    if (!systemctl("start", unit->name))
        return fail(unit, "does not start");
    unit->samples[RETURNED][round] = now() - called;
    const double ran = last_payload();
    if (ran == 0)
        return fail(unit, "the payload does not run");
    unit->samples[RUNNING][round] = ran - called;
    rest(100);
    const struct census census = count_processes(false);
    if (census.payloads != payloads)
        return fail(unit, "the payload does not stay");
    unit->samples[PROCESSES][round] = (double)census.others / payloads;
    unit->samples[MEMORY][round] = census.memory / payloads;
    const double stopping = now();
    if (!systemctl("stop", unit->name))
        return fail(unit, "does not stop");
    // A target is stopped before what it wanted.
    while (payloads > 1 && now() - stopping < 30e3 && count_processes(false).payloads > 0)
        rest(1);
    unit->samples[STOPPED][round] = now() - stopping;
    rest(payloads > 1 ? 2000 : 50);
    if (count_processes(false).payloads != 0)
        return fail(unit, "the payload survives the stop");
    return true;
}

static int compare(const void* left, const void* right) {
    const double difference = *(const double*)left - *(const double*)right;
    return (difference > 0) - (difference < 0);
}

static void print(struct unit* unit, int rounds) {
    if (unit->failed)
        return;
    for (int column = 0; column < columns; column++)
        qsort(unit->samples[column], (size_t)rounds, sizeof(double), compare);
    printf("%-30s", unit->label);
    for (int column = RUNNING; column <= STOPPED; column++) {
        const double* sorted = unit->samples[column];
        const double median = (sorted[(rounds - 1) / 2] + sorted[rounds / 2]) / 2;
        printf(" %9.1f %9.1f", sorted[0], median);
    }
    // Whatever else the machine begins meanwhile only adds.
    printf(" %9.1f %9.1f\n", unit->samples[PROCESSES][0], unit->samples[MEMORY][0]);
}

static void shuffle(int* order, int count) {
    for (int i = count - 1; i > 0; i--) {
        const int j = (int)(random() % (i + 1));
        const int other = order[i];
        order[i] = order[j];
        order[j] = other;
    }
}

int main(int count, char** arguments) {
    const int rounds = count > 4 ? atoi(arguments[2]) : 0;
    const int all = count - 4;
    if (rounds < 1 || rounds > most_rounds || all > most_units)
        return 2;
    // Open for both, it never hangs up.
    fifo = open(arguments[1], O_RDWR | O_NONBLOCK | O_CLOEXEC);
    payloads = atoi(arguments[3]);
    int order[most_units];
    for (int i = 0; i < all; i++) {
        char* equals = strrchr(arguments[4 + i], '=');
        *equals = '\0';
        units[i].label = arguments[4 + i];
        units[i].name = equals + 1;
        order[i] = i;
        // Not measured: caches fill.
        measure(&units[i], 0);
    }
    for (int round = 0; round < rounds; round++) {
        shuffle(order, all);
        for (int i = 0; i < all; i++)
            if (!units[order[i]].failed)
                measure(&units[order[i]], round);
    }
    printf("%-30s %19s %19s %19s %19s\n", payloads > 1 ? "all at once, ms" : "one, ms",
           "payload runs", "start returns", "stop", "stays, each");
    printf("%-30s %9s %9s %9s %9s %9s %9s %9s %9s\n", "", "min", "median", "min", "median", "min",
           "median", "processes", "KiB PSS");
    for (int i = 0; i < all; i++)
        print(&units[i], rounds);
    return 0;
}
