// SPDX-License-Identifier: LGPL-2.1-or-later
#include "companion/stream.h"

#include <sys/mman.h>

#include <cerrno>

#include "freestanding/syscalls.h"

namespace caisson {

namespace {

// A level in front counts as with SyslogLevelPrefix=, and an empty line is no entry: both as
// journald does it for a service's own output.
bool send_line(Stream& stream, Journal& journal, size_t stop) {
    std::string_view line(stream.buffer + stream.begin, stop - stream.begin);
    char level = stream.split != '\0' ? stream.split : stream.level;
    if (stream.split == '\0' && line.size() >= 3 && line[0] == '<' && line[1] >= '0' &&
        line[1] <= '7' && line[2] == '>') {
        level = line[1];
        line.remove_prefix(3);
    }
    if (!line.empty() && !log(journal, level, line))
        return false;
    stream.split = level;
    return true;
}

// Moves what is left to the front of the buffer and gives the pages behind it back.
void compact(Stream& stream) {
    const size_t size = stream.end - stream.begin;
    if (stream.begin > 0)
        __builtin_memmove(stream.buffer, stream.buffer + stream.begin, size);
    const size_t kept = (size + (size == 0) + stream_page - 1) / stream_page * stream_page;
    if (kept < stream.end)
        (void)call(SYS_madvise, stream.buffer + kept, stream.end - kept, MADV_DONTNEED);
    stream.begin = 0;
    stream.scanned = stream.end = size;
}

}  // namespace

void fill(Stream& stream) {
    constexpr size_t chunk = 65536;  // what a pipe holds
    const size_t room = max_line - stream.end;
    const long size =
        call(SYS_read, stream.fd, stream.buffer + stream.end, room < chunk ? room : chunk);
    if (size > 0)
        stream.end += static_cast<size_t>(size);
    else if (size != -EAGAIN)
        close_fd(stream.fd);
}

bool deliver(Stream& stream, Journal& journal) {
    while (stream.begin < stream.end) {
        while (stream.scanned < stream.end && stream.buffer[stream.scanned] != '\n')
            ++stream.scanned;
        const bool complete = stream.scanned < stream.end;
        if (!complete && stream.fd >= 0 && stream.end - stream.begin < max_line)
            break;
        if (!send_line(stream, journal, stream.scanned))
            return false;
        if (complete) {
            stream.split = '\0';
            ++stream.scanned;
        }
        stream.begin = stream.scanned;
    }
    if (stream.end > 0)
        compact(stream);
    return true;
}

}  // namespace caisson
