// SPDX-License-Identifier: LGPL-2.1-or-later
// The health of the container: probes at exact intervals, what they have shown, and what follows
// from it. Nothing is said while all is well.
#pragma once

#include <cstdint>
#include <string_view>

#include "companion/journal.h"
#include "companion/notify.h"
#include "companion/probe.h"
#include "freestanding/text.h"

namespace caisson {

enum class HealthState { Starting, Healthy, Unhealthy };
enum class OnFailure { None, Restart, Stop };

// Times are of CLOCK_MONOTONIC, in nanoseconds.
struct Health {
    uint64_t interval = 0;  // 0: there is no health check
    uint64_t timeout = 0;
    uint64_t start_period = 0;
    unsigned long retries = 0;
    OnFailure on_failure = OnFailure::None;
    bool is_awaited = false;  // the service is active with the first probe that passes
    std::string_view name;
    std::string_view service;
    std::string_view runtime;
    std::string_view directory;  // of records

    bool is_over = true;  // before begin_health(), and when there is nothing more to probe
    uint64_t start = 0;   // of the payload
    uint64_t next_tick = 0;
    uint64_t next_extra = 0;  // until it is healthy, where that is awaited; 0: none

    Probe probe;
    uint64_t probe_start = 0;
    bool is_counted = false;  // it stands for a tick

    Probe question;  // to systemd, before it becomes unhealthy
    uint64_t question_start = 0;

    HealthState state = HealthState::Starting;
    unsigned long failures = 0;  // in a row, counted
    unsigned long probes = 0;
    Verdict last;
    bool was_stopped = false;

    // For the journal, until that has taken it.
    Text<900> message;
    char level = '\0';
};

uint64_t monotonic_now();

// The payload runs from now on.
void begin_health(Health& health);

// Does what is due: a probe, or the end of one that takes too long.
void advance(Health& health, Relay& relay);

// When advance() has something to do again; 0 for never.
uint64_t next_time(const Health& health);

// A probe has ended. `payload` is its pidfd.
void conclude(Health& health, Relay& relay, int payload);

// The question was answered.
void hear_answer(Health& health, Relay& relay);

// No more probes.
void end_health(Health& health);

// Tells the journal what is to be told. False if journald does not take it now.
bool report(Health& health, Journal& journal);

}  // namespace caisson
