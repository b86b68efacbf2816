// SPDX-License-Identifier: LGPL-2.1-or-later
#include "companion/record.h"

#include <fcntl.h>
#include <time.h>

#include "freestanding/syscalls.h"

namespace caisson {

namespace {

constexpr const char* words_of_state[] = {"starting", "healthy", "unhealthy"};
constexpr const char* words_of_end[] = {"pass", "exit", "signal", "timeout", "error"};

unsigned long realtime_microseconds() {
    timespec now = {};
    (void)call(SYS_clock_gettime, CLOCK_REALTIME, &now);
    return static_cast<unsigned long>(now.tv_sec) * 1'000'000 +
           static_cast<unsigned long>(now.tv_nsec) / 1000;
}

template <size_t size>
void add_escaped(Text<size>& text, std::string_view value) {
    for (const char& c : value) {
        if (c == '\n')
            text << "\\n";
        else if (c == '\\')
            text << "\\\\";
        else
            text << std::string_view(&c, 1);
    }
}

using Record = Text<1600>;

void compose(Record& record, const Health& health) {
    const unsigned long now = realtime_microseconds();
    record << "state=" << words_of_state[static_cast<int>(health.state)]
           << "\nfailures=" << health.failures << "\nprobes=" << health.probes << "\nlast="
           << (health.probes == 0 ? "none" : words_of_end[static_cast<int>(health.last.how)])
           << "\nexit_status=" << health.last.status << "\noutput=";
    add_escaped(record, {health.probe.tail, health.probe.size});
    record << "\ntime=" << (health.probes == 0 ? 0UL : now) << "\nnext=";
    const uint64_t next = health.is_over ? 0 : next_time(health);
    const uint64_t monotonic = monotonic_now();
    if (next == 0)
        record << 0UL;
    else
        record << now + (next > monotonic ? (next - monotonic) / 1000 : 0);
    record << "\n";
    if (health.is_awaited)
        record << "ready=no\n";
    if (health.was_stopped)
        record << "stopped=yes\n";
}

}  // namespace

void write_record(const Health& health) {
    Text<400> path;
    Text<400> temporary;
    path << health.directory << "/" << health.name << std::string_view("", 1);
    temporary << health.directory << "/." << health.name << ".new" << std::string_view("", 1);
    Record record;
    compose(record, health);
    const long opened = call(SYS_openat, AT_FDCWD, temporary.data,
                             O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (opened < 0)
        return;
    int file = static_cast<int>(opened);
    const bool is_whole =
        call(SYS_write, file, record.data, record.size) == static_cast<long>(record.size);
    close_fd(file);
    // A full file system keeps the last one that was whole.
    if (is_whole)
        (void)call(SYS_renameat2, AT_FDCWD, temporary.data, AT_FDCWD, path.data, 0);
    else
        (void)call(SYS_unlinkat, AT_FDCWD, temporary.data, 0);
}

}  // namespace caisson
