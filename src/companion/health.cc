// SPDX-License-Identifier: LGPL-2.1-or-later
#include "companion/health.h"

#include <poll.h>
#include <signal.h>
#include <time.h>

#include "companion/record.h"
#include "freestanding/syscalls.h"

namespace caisson {

namespace {

constexpr uint64_t second = 1'000'000'000;
constexpr uint64_t millisecond = 1'000'000;
constexpr uint64_t longest_question = 5 * second;

uint64_t step_of_extra(const Health& health) {
    return health.interval < second ? health.interval : second;
}

// The first of start + n * step that is still to come: no drift, and what was missed is left out.
uint64_t following(const Health& health, uint64_t step, uint64_t now) {
    return health.start + ((now - health.start) / step + 1) * step;
}

// systemd stops the service: with the stop signal goes a SIGCONT, which `systemctl kill` does not
// send. Both are blocked here, and pending.
bool is_stopping() {
    constexpr uint64_t cont = uint64_t{1} << (SIGCONT - 1);
    constexpr uint64_t child = uint64_t{1} << (SIGCHLD - 1);
    uint64_t pending = 0;
    (void)call(SYS_rt_sigpending, &pending, sizeof pending);
    return (pending & cont) != 0 && (pending & ~(cont | child)) != 0;
}

// A probe that was killed may have died with the payload, whose end takes a moment to be seen.
bool ends_with_payload(const Verdict& verdict, int payload) {
    if (verdict.how != Ended::Error && verdict.how != Ended::Signal)
        return false;
    pollfd end = {payload, POLLIN, 0};
    const timespec moment = {.tv_sec = 0, .tv_nsec = 100 * millisecond};
    return call(SYS_ppoll, &end, 1, &moment, nullptr, 0) == 1;
}

template <size_t size>
void add_reason(Text<size>& text, const Health& health) {
    switch (health.last.how) {
    case Ended::Pass:
        return;
    case Ended::Exit:
        text << "exit status " << health.last.status;
        break;
    case Ended::Signal:
        text << "signal " << health.last.status;
        break;
    case Ended::Timeout:
        text << "time-out after ";
        if (health.timeout % second == 0)
            text << health.timeout / second << " s";
        else
            text << health.timeout / millisecond << " ms";
        break;
    case Ended::Error:
        text << "it could not be run";
        break;
    }
    if (const std::string_view line = last_line(health.probe); !line.empty())
        text << ": " << line;
}

template <size_t size>
void add_failures(Text<size>& text, const Health& health) {
    text << "the probe failed " << health.failures << (health.failures == 1 ? " time" : " times");
}

void tell_status(const Health& health, Relay& relay) {
    Text<700> status;
    if (health.last.how == Ended::Pass) {
        status << "healthy";
    } else {
        if (health.state == HealthState::Unhealthy)
            status << "unhealthy: ";
        else if (health.state == HealthState::Starting)
            status << "starting: ";
        if (health.failures > 0)
            add_failures(status, health);
        else
            status << "the probe failed";
        status << ": ";
        add_reason(status, health);
    }
    add_status(relay, status);
}

void pass(Health& health, Relay& relay) {
    const bool is_news = health.failures > 0 || health.state != HealthState::Healthy;
    if (health.state == HealthState::Unhealthy) {
        health.level = '6';
        health.message.size = 0;
        health.message << "healthy again: the probe passed";
    }
    health.failures = 0;
    health.state = HealthState::Healthy;
    if (is_news)
        tell_status(health, relay);
    if (health.is_awaited) {
        health.is_awaited = false;
        health.next_extra = 0;
        relay.withholds_ready = false;
        relay.pending << "READY=1\n";
    }
}

void act(Health& health, Relay& relay) {
    if (health.on_failure == OnFailure::None)
        return;
    if (health.on_failure == OnFailure::Restart)
        relay.pending << "WATCHDOG=trigger\n";
    health.was_stopped = health.on_failure == OnFailure::Stop;
    end_health(health);
}

// With placement "service" nothing tells that a stop has begun, in which a payload need not answer
// any more: to act on that would make the stop a failure. So systemd is asked, once.
bool ask(Health& health) {
    const char* const arguments[] = {"/usr/bin/systemctl",  "show",        "--value",
                                     "--property",          "ActiveState", "--",
                                     health.service.data(), nullptr};
    health.question_start = monotonic_now();
    return begin(health.question, arguments);
}

void stop_service(const Health& health) {
    const char* const arguments[] = {"/usr/bin/systemctl",  "--no-block", "stop", "--",
                                     health.service.data(), nullptr};
    run_detached(arguments);
}

void become_unhealthy(Health& health, Relay& relay) {
    health.state = HealthState::Unhealthy;
    health.level = '3';
    health.message.size = 0;
    health.message << "unhealthy: ";
    add_failures(health.message, health);
    health.message << ": ";
    add_reason(health.message, health);
    tell_status(health, relay);
    act(health, relay);
    write_record(health);
    if (health.was_stopped)
        stop_service(health);
}

void judge(Health& health, Relay& relay, const Verdict& verdict) {
    health.last = verdict;
    ++health.probes;
    if (verdict.how == Ended::Pass) {
        pass(health, relay);
        return write_record(health);
    }
    if (health.is_counted && health.probe_start - health.start >= health.start_period)
        ++health.failures;
    const bool is_limit =
        health.state != HealthState::Unhealthy && health.failures >= health.retries;
    if (is_limit && !ask(health))
        return become_unhealthy(health, relay);
    if (!is_limit)
        tell_status(health, relay);
    write_record(health);
}

}  // namespace

uint64_t monotonic_now() {
    timespec now = {};
    (void)call(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    return static_cast<uint64_t>(now.tv_sec) * second + static_cast<uint64_t>(now.tv_nsec);
}

void begin_health(Health& health) {
    if (health.interval == 0)
        return;
    health.is_over = false;
    health.start = health.next_tick = monotonic_now();
    health.next_extra = health.is_awaited ? health.start : 0;
    write_record(health);
}

void advance(Health& health, Relay& relay) {
    if (health.is_over)
        return;
    const uint64_t now = monotonic_now();
    if (health.question.pidfd >= 0 && now >= health.question_start + longest_question)
        kill(health.question);
    const bool is_running = health.probe.pidfd >= 0;
    if (is_running && !health.probe.timed_out && now >= health.probe_start + health.timeout) {
        health.probe.timed_out = true;
        kill(health.probe);
    }
    const bool is_tick = now >= health.next_tick;
    const bool is_extra = health.next_extra != 0 && now >= health.next_extra;
    if (is_tick)
        health.next_tick = following(health, health.interval, now);
    if (is_extra)
        health.next_extra = following(health, step_of_extra(health), now);
    // One that is still running stands for this tick, too.
    if (is_running) {
        health.is_counted = health.is_counted || is_tick;
        return;
    }
    if ((!is_tick && !is_extra) || health.question.pidfd >= 0)
        return;
    if (is_stopping())
        return end_health(health);
    health.is_counted = is_tick;
    health.probe_start = now;
    const char* const arguments[] = {health.runtime.data(), "probe", "--report=3", "--",
                                     health.name.data(),    nullptr};
    if (!begin(health.probe, arguments))
        judge(health, relay, {});
}

uint64_t next_time(const Health& health) {
    if (health.is_over)
        return 0;
    uint64_t next = health.next_tick;
    if (health.next_extra != 0 && health.next_extra < next)
        next = health.next_extra;
    const uint64_t deadline = health.probe_start + health.timeout;
    if (health.probe.pidfd >= 0 && !health.probe.timed_out && deadline < next)
        next = deadline;
    const uint64_t answer = health.question_start + longest_question;
    if (health.question.pidfd >= 0 && answer > monotonic_now() && answer < next)
        next = answer;
    return next;
}

void conclude(Health& health, Relay& relay, int payload) {
    const Verdict verdict = end(health.probe);
    if (health.is_over)
        return;
    if (verdict.how != Ended::Pass && (is_stopping() || ends_with_payload(verdict, payload)))
        return end_health(health);
    judge(health, relay, verdict);
}

void hear_answer(Health& health, Relay& relay) {
    (void)end(health.question);
    if (health.is_over)
        return;
    std::string_view state = last_line(health.question);
    if (take(state, "deactivating"))
        return end_health(health);
    become_unhealthy(health, relay);
}

void end_health(Health& health) {
    health.is_over = true;
    kill(health.probe);
    kill(health.question);
}

bool report(Health& health, Journal& journal) {
    if (health.level == '\0')
        return true;
    Text<400> fields;
    fields << "CAISSON_CONTAINER=" << health.name
           << "\nCAISSON_HEALTH=" << (health.level == '3' ? "unhealthy" : "healthy") << "\n";
    if (!log(journal, health.level, health.message, fields))
        return false;
    health.level = '\0';
    return true;
}

}  // namespace caisson
