// SPDX-License-Identifier: LGPL-2.1-or-later
// Watches the memory.events of the payload's cgroup and reports what the kernel killed there: the
// unit's own result is only "signal".
#pragma once

#include "companion/journal.h"
#include "companion/notify.h"

namespace caisson {

struct MemoryWatch {
    int events = -1;        // memory.events; -1 once it is unreadable: the cgroup is gone
    int peak = -1;          // memory.peak, where the kernel has it (5.19)
    int note = -1;          // gets a byte at the first kill
    unsigned long oom = 0;  // times that the cgroup's own limit was hit with nothing to reclaim
    unsigned long kills = 0;
    unsigned long oom_told = 0;
    unsigned long kills_told = 0;
};

// Reads the counters; this also arms POLLPRI for the next change.
void look(MemoryWatch& watch);

// Reports new kills to the journal and in the status line. False if journald does not take it now.
bool report(MemoryWatch& watch, Journal& journal, Relay& relay, std::string_view name);

}  // namespace caisson
