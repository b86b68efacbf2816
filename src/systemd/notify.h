// SPDX-License-Identifier: LGPL-2.1-or-later
// sd_notify(3) without libsystemd, which would be a quarter of the runtime's start-up time.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace caisson {

// Sends one datagram to $NOTIFY_SOCKET. False when there is none.
Result<bool> notify(std::string_view message);

// The same with a descriptor: for FDSTORE=1, which has systemd keep it.
Result<bool> notify(std::string_view message, int passed);

// Waits until systemd has taken note of all that was sent before (sd_notify_barrier(3)).
Result<void> notify_barrier(int timeout_milliseconds);

// A stream into the journal for the caller's unit, like that of StandardOutput=journal, at
// `priority` (syslog(3)) and with "<N>" prefixes honoured (sd_journal_stream_fd(3)).
Result<UniqueFd> open_journal_stream(std::string_view identifier, int priority);

}  // namespace caisson
