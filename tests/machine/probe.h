// SPDX-License-Identifier: LGPL-2.1-or-later
// The payload of the machine's containers: says what the inside sees, or does what a test asks of a
// process. Static, so that it runs on any root. Each file holds the verbs of one kind in a table;
// probe.c dispatches.
#pragma once

#include <signal.h>
#include <stddef.h>

#define MAX_ARGUMENTS 16

struct verb {
    const char* name;
    const char* arguments;  // for the help text
    const char* help;
    int least, most;  // how many arguments it takes
    int (*run)(int count, char** arguments);
};

// Each table ends with a verb without a name.
extern const struct verb look_verbs[];
extern const struct verb file_verbs[];
extern const struct verb act_verbs[];
extern const struct verb net_verbs[];
extern const struct verb syscall_verbs[];
extern const struct verb attack_verbs[];

extern int probe_argc;
extern char** probe_argv;

// Prints "probe: VERB: OBJECT: ENAME" on stderr and returns 1, the status of a verb that failed.
int failed(const char* verb, const char* object);
// "ENOENT" rather than a sentence that depends on the C library.
const char* errno_name(int number);
// Both end the program with status 2 on nonsense.
unsigned long long number(const char* text);
unsigned long long size(const char* text);
