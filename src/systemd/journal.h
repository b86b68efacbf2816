// SPDX-License-Identifier: LGPL-2.1-or-later
// The last lines that the journal has of a unit since the boot, as `journalctl -u` would show them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace caisson {

struct JournalLine {
    std::uint64_t time_usec = 0;  // since the epoch
    std::string identifier;       // "nginx"; empty when unknown
    std::string pid;
    std::string message;
};

// Oldest first. Who may not read the journal gets nothing rather than an error, as with journalctl.
Result<std::vector<JournalLine>> last_journal_lines(const std::string& unit, std::size_t count);

}  // namespace caisson
