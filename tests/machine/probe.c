// SPDX-License-Identifier: LGPL-2.1-or-later
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int probe_argc;
char** probe_argv;

static const struct verb* const tables[] = {look_verbs, file_verbs,    act_verbs,
                                            net_verbs,  syscall_verbs, attack_verbs};

int failed(const char* verb, const char* object) {
    fprintf(stderr, "probe: %s: %s: %s\n", verb, object, errno_name(errno));
    return 1;
}

const char* errno_name(int number) {
    const char* name = strerrorname_np(number);
    return name ? name : "?";
}

static void misuse(const char* what, const char* text) {
    fprintf(stderr, "probe: %s: %s\n", what, text);
    exit(2);
}

unsigned long long number(const char* text) {
    char* end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 0);
    if (errno || end == text || *end)
        misuse("not a number", text);
    return value;
}

unsigned long long size(const char* text) {
    char* end;
    unsigned long long value = strtoull(text, &end, 10);
    const char* units = "KMGT";
    const char* unit = *end ? strchr(units, *end) : NULL;
    if (end == text || (*end && (!unit || end[1])))
        misuse("not a size", text);
    return unit ? value << (10 * (unit - units + 1)) : value;
}

static const struct verb* find(const char* name) {
    for (size_t table = 0; table < sizeof tables / sizeof *tables; table++)
        for (const struct verb* verb = tables[table]; verb->name; verb++)
            if (strcmp(verb->name, name) == 0)
                return verb;
    return NULL;
}

static int help(void) {
    puts("usage: probe VERB [ARGUMENT...] [-- VERB [ARGUMENT...]]...\n");
    for (size_t table = 0; table < sizeof tables / sizeof *tables; table++)
        for (const struct verb* verb = tables[table]; verb->name; verb++) {
            char synopsis[64];
            snprintf(synopsis, sizeof synopsis, "%s %s", verb->name, verb->arguments);
            printf("  %-30s %s\n", synopsis, verb->help);
        }
    puts("\nThe first verb that fails ends the program with status 1; SIGTERM ends it with status "
         "0.");
    return 0;
}

static int run(int count, char** words) {
    const struct verb* verb = find(words[0]);
    if (!verb)
        misuse("unknown verb", words[0]);
    if (count - 1 < verb->least || count - 1 > verb->most)
        misuse("wrong number of arguments", words[0]);
    return verb->run(count - 1, words + 1);
}

static void end_well(int signal_number) {
    (void)signal_number;
    _exit(0);
}

int main(int argc, char** argv) {
    probe_argc = argc;
    probe_argv = argv;
    setvbuf(stdout, NULL, _IOLBF, 0);
    // The first process of a pid namespace does not even see a signal that it has no handler for.
    signal(SIGTERM, end_well);
    if (argc < 2 || strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0)
        return help();
    for (int at = 1; at < argc;) {
        int end = at;
        while (end < argc && strcmp(argv[end], "--") != 0)
            end++;
        if (end == at)
            misuse("nothing between", "--");
        int status = run(end - at, argv + at);
        if (status != 0)
            return status;
        at = end + 1;
    }
    return 0;
}
