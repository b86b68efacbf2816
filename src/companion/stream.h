// SPDX-License-Identifier: LGPL-2.1-or-later
// The payload's stdout or stderr, a pipe, cut into lines for the journal. Memory grows with the
// longest line not yet ended and is given back; nothing is read while journald takes nothing, so
// that the payload waits instead of lines being lost.
#pragma once

#include <cstddef>

#include "companion/journal.h"

namespace caisson {

// A longer line becomes several entries.
constexpr size_t max_line = 1024 * 1024;

struct Stream {
    int fd = -1;         // -1 from the end of file on
    char level = '6';    // of a line that does not begin with "<N>"
    char* buffer;        // of max_line bytes, aligned to stream_page
    size_t begin = 0;    // what was read and is not in the journal yet
    size_t scanned = 0;  // no newline between begin and here
    size_t end = 0;
    char split = '\0';  // level of the line whose beginning was sent already
};

// The largest page that the architecture has.
#ifdef __x86_64__
constexpr size_t stream_page = 4096;
#else
constexpr size_t stream_page = 65536;
#endif

// One read; call it when poll(2) says so, and only after deliver() returned true.
void fill(Stream& stream);

// Sends every complete line, and the rest at the end of file. False if journald did not take all.
bool deliver(Stream& stream, Journal& journal);

}  // namespace caisson
