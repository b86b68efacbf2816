// SPDX-License-Identifier: LGPL-2.1-or-later
// One run of a program whose output counts. That of the health check is `caisson-runtime probe
// NAME`, which goes into the container with the privileges that the companion itself has given up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace caisson {

enum class Ended { Pass, Exit, Signal, Timeout, Error };

struct Verdict {
    Ended how = Ended::Error;
    unsigned long status = 0;  // Exit: the exit status; Signal: its number
};

// What is kept of the output.
constexpr size_t output_tail = 512;

struct Probe {
    int pidfd = -1;   // -1: none runs
    int output = -1;  // read end of stdout and stderr
    int report = -1;  // read end; the runtime tells there how the command ended
    int pid = 0;
    bool timed_out = false;
    char tail[output_tail];
    size_t size = 0;
};

// Runs the program of that path; the arguments end with a null pointer. False if it could not be
// started; then there is nothing to end.
bool begin(Probe& probe, const char* const* arguments);

// One read of what it has printed.
void take_output(Probe& probe);

// The runtime's end is that of all which it has started inside.
void kill(Probe& probe);

// Takes the process that has ended, and what is left of its output. Control characters in the tail
// are gone then; newlines stay.
Verdict end(Probe& probe);

// The last line of the tail that is not empty.
std::string_view last_line(const Probe& probe);

// Runs a program and does not wait for it. Its arguments end with a null pointer.
void run_detached(const char* const* arguments);

}  // namespace caisson
