// SPDX-License-Identifier: LGPL-2.1-or-later
// caisson-companion NAME pidfd=FD [stdout=FD] [stderr=FD] [notify=FD] [memory_events=FD]
//                   [memory_peak=FD] [memory_note=FD] [journal=PATH] [go=FD]
//                   [interval=USEC timeout=USEC start_period=USEC retries=N on_failure=WORD
//                    ready=WORD service=UNIT runtime=PATH records=DIRECTORY]
//
// Runs in a service's cgroup beside a container whose payload lives in a scope, or that has a
// health check. It copies the payload's output into the journal (stdout and stderr: read ends of
// pipes), relays notifications (notify: a bound datagram socket) to $NOTIFY_SOCKET, reports
// out-of-memory kills (memory_events, memory_peak: of the scope's cgroup; memory_note: a file that
// is no longer empty after the first one) and runs the health check (interval and what follows).
// Notifications and probes wait for a byte from `go`: systemd knows the payload then. It ends when
// the payload (pidfd) is gone and both pipes are at their end, by itself: it blocks all signals, so
// that a stop of the unit loses no line. (Who starts it blocks them too, or a stop at that very
// moment kills it.)
//
// It may be killed at any time; then nobody reads the pipes, and a payload that goes on writing
// gets SIGPIPE, or EPIPE where it ignores that.
#include <linux/capability.h>
#include <poll.h>
#include <sys/prctl.h>
#include <time.h>

#include <cstdint>

#include "companion/health.h"
#include "companion/memory.h"
#include "companion/notify.h"
#include "companion/stream.h"
#include "freestanding/program.h"
#include "freestanding/syscalls.h"

namespace caisson {

namespace {

constexpr long retry_after = 100;        // ms, when journald or systemd takes nothing
constexpr long longest_silence = 5'000;  // ms, of pipes that somebody holds after the payload's end
constexpr long longest_refusal = 30'000;  // ms, of a journald that takes nothing after that

// Zero pages until used, and again afterwards: see stream.h.
alignas(stream_page) constinit char buffers[2][max_line];

struct Companion {
    std::string_view name;
    std::string_view journal_path = "/run/systemd/journal/socket";
    int pidfd = -1;  // -1 from the payload's end on
    Stream out = {.level = '6', .buffer = buffers[0]};
    Stream err = {.level = '3', .buffer = buffers[1]};
    Journal journal;
    Relay relay;
    MemoryWatch memory;
    int go = -1;  // -1 when it was heard, or is not waited for
    Health health;
};

uint64_t nanoseconds_in(std::string_view microseconds) {
    return uint64_t{number_in(microseconds)} * 1000;
}

bool parse_health(Health& health, std::string_view argument) {
    if (take(argument, "interval=")) {
        health.interval = nanoseconds_in(argument);
    } else if (take(argument, "timeout=")) {
        health.timeout = nanoseconds_in(argument);
    } else if (take(argument, "start_period=")) {
        health.start_period = nanoseconds_in(argument);
    } else if (take(argument, "retries=")) {
        health.retries = number_in(argument);
    } else if (take(argument, "on_failure=")) {
        if (take(argument, "restart"))
            health.on_failure = OnFailure::Restart;
        else if (take(argument, "stop"))
            health.on_failure = OnFailure::Stop;
    } else if (take(argument, "ready=")) {
        health.is_awaited = take(argument, "healthy");
    } else if (take(argument, "service=")) {
        health.service = argument;
    } else if (take(argument, "runtime=")) {
        health.runtime = argument;
    } else if (take(argument, "records=")) {
        health.directory = argument;
    } else {
        return false;
    }
    return true;
}

bool parse(Companion& self, int count, char** arguments) {
    if (count < 2)
        return false;
    self.name = self.health.name = arguments[1];
    for (int i = 2; i < count; ++i) {
        std::string_view argument = arguments[i];
        if (take(argument, "journal="))
            self.journal_path = argument;
        else if (take(argument, "stdout="))
            self.out.fd = static_cast<int>(number_in(argument));
        else if (take(argument, "stderr="))
            self.err.fd = static_cast<int>(number_in(argument));
        else if (take(argument, "notify="))
            self.relay.fd = static_cast<int>(number_in(argument));
        else if (take(argument, "memory_events="))
            self.memory.events = static_cast<int>(number_in(argument));
        else if (take(argument, "memory_peak="))
            self.memory.peak = static_cast<int>(number_in(argument));
        else if (take(argument, "memory_note="))
            self.memory.note = static_cast<int>(number_in(argument));
        else if (take(argument, "pidfd="))
            self.pidfd = static_cast<int>(number_in(argument));
        else if (take(argument, "go="))
            self.go = static_cast<int>(number_in(argument));
        else if (!parse_health(self.health, argument))
            return false;
    }
    return self.name.size() < 256 && self.pidfd >= 0;
}

// What is read here comes from the payload, so there should be nothing to gain. With a health check
// one thing is left: what root executes has capabilities again, and the probe needs them.
void confine(bool executes) {
    const uint64_t all = ~uint64_t{0};
    (void)call(SYS_rt_sigprocmask, 0 /* SIG_BLOCK */, &all, nullptr, sizeof all);
    (void)call(SYS_chdir, "/");
    (void)call(SYS_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
    // One huge page would be forty times what is needed.
    (void)call(SYS_prctl, PR_SET_THP_DISABLE, 1, 0, 0, 0);
    if (!executes)
        (void)call(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
    (void)call(SYS_capset, &header, none);
}

// Sends what is there to be sent. False if journald does not take all of it now.
bool flush(Companion& self) {
    forward(self.relay);
    const bool delivered = deliver(self.out, self.journal) && deliver(self.err, self.journal) &&
                           report(self.memory, self.journal, self.relay, self.name) &&
                           report(self.health, self.journal);
    forward(self.relay);
    return delivered;
}

// The payload is known to systemd; or its start has failed, and its end comes next.
void hear_go(Companion& self) {
    char byte = 0;
    const bool goes = call(SYS_read, self.go, &byte, 1) == 1;
    close_fd(self.go);
    if (goes)
        begin_health(self.health);
}

// The time to wait for: `timeout` milliseconds (-1: no limit), or up to the next probe.
timespec limit_of(const Health& health, long timeout, bool& is_limited) {
    constexpr uint64_t second = 1'000'000'000;
    uint64_t left = timeout < 0 ? ~uint64_t{0} : static_cast<uint64_t>(timeout) * 1'000'000;
    if (const uint64_t next = next_time(health); next != 0) {
        const uint64_t now = monotonic_now();
        const uint64_t until = next > now ? next - now : 0;
        left = until < left ? until : left;
    }
    is_limited = left != ~uint64_t{0};
    return {.tv_sec = static_cast<time_t>(left / second),
            .tv_nsec = static_cast<long>(left % second)};
}

// Waits for events and takes them in. False if `timeout` milliseconds (-1: no limit) passed first.
bool wait(Companion& self, bool delivered, long timeout) {
    const bool relaying = self.relay.pending.size > 0;
    const bool refused = !delivered && self.journal.outlet.connected;
    pollfd events[] = {
        {delivered ? self.out.fd : -1, POLLIN, 0},
        {delivered ? self.err.fd : -1, POLLIN, 0},
        {relaying || self.go >= 0 ? -1 : self.relay.fd, POLLIN, 0},
        {self.memory.events, POLLPRI, 0},
        {self.pidfd, POLLIN, 0},
        {relaying ? self.relay.outlet.fd : -1, POLLOUT, 0},
        {refused ? self.journal.outlet.fd : -1, POLLOUT, 0},
        {self.go, POLLIN, 0},
        {self.health.probe.output, POLLIN, 0},
        {self.health.probe.pidfd, POLLIN, 0},
        {self.health.question.output, POLLIN, 0},
        {self.health.question.pidfd, POLLIN, 0},
    };
    bool is_limited = false;
    const timespec limit = limit_of(self.health, timeout, is_limited);
    if (call(SYS_ppoll, events, sizeof events / sizeof *events, is_limited ? &limit : nullptr,
             nullptr, 0) <= 0)
        return false;
    if (events[0].revents != 0)
        fill(self.out);
    if (events[1].revents != 0)
        fill(self.err);
    if (events[2].revents != 0)
        (void)receive(self.relay);
    if (events[4].revents != 0)
        close_fd(self.pidfd);
    if (events[3].revents != 0 || events[4].revents != 0)
        look(self.memory);
    if (events[7].revents != 0)
        hear_go(self);
    if (events[8].revents != 0)
        take_output(self.health.probe);
    if (self.pidfd < 0)
        end_health(self.health);
    if (events[9].revents != 0)
        conclude(self.health, self.relay, self.pidfd);
    if (events[10].revents != 0)
        take_output(self.health.question);
    if (events[11].revents != 0)
        hear_answer(self.health, self.relay);
    return true;
}

}  // namespace

int program(int count, char** arguments, char** environment) {
    Companion self;
    const bool is_valid = parse(self, count, arguments);
    confine(self.health.interval != 0);
    if (!is_valid)
        return 2;
    self.relay.withholds_ready = self.health.is_awaited;
    open_journal(self.journal, self.journal_path, self.name);
    for (char** variable = environment; *variable != nullptr; ++variable)
        if (std::string_view value = *variable; take(value, "NOTIFY_SOCKET="))
            open_outlet(self.relay.outlet, value);
    look(self.memory);

    for (long quiet = 0;;) {
        advance(self.health, self.relay);
        const unsigned long entries = self.journal.entries;
        const bool delivered = flush(self);
        if (self.journal.entries != entries)
            quiet = 0;
        const bool gone = self.pidfd < 0;
        if (gone && delivered && self.out.fd < 0 && self.err.fd < 0 &&
            self.relay.pending.size == 0) {
            // The payload's last notifications may be waiting still.
            if (receive(self.relay))
                continue;
            break;
        }
        if (gone && quiet >= (delivered ? longest_silence : longest_refusal))
            break;
        const long timeout = !delivered ? retry_after : gone ? longest_silence : -1;
        quiet = wait(self, delivered, timeout) ? 0 : quiet + timeout;
    }
    settle(self.journal);
    return 0;
}

}  // namespace caisson
