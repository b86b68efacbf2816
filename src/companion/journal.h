// SPDX-License-Identifier: LGPL-2.1-or-later
// Messages to journald in its native protocol (https://systemd.io/JOURNAL_NATIVE_PROTOCOL).
// journald files them under the unit that the sender's cgroup belongs to, which is why the
// companion exists.
#pragma once

#include <string_view>

#include "companion/outlet.h"
#include "freestanding/text.h"

namespace caisson {

struct Journal {
    Outlet outlet;
    unsigned long entries = 0;  // that journald took
    Text<400> header;
};

void open_journal(Journal& journal, std::string_view path, std::string_view name);

// One entry of the level '0' to '7'. `fields` are further fields in the protocol's form, each with
// its newline. False if journald does not take it now: nothing was sent, try the same again later.
bool log(Journal& journal, char level, std::string_view message, std::string_view fields = {});

// Waits, one second at most, until journald has dealt with all that was sent.
void settle(Journal& journal);

}  // namespace caisson
