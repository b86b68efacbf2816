// SPDX-License-Identifier: LGPL-2.1-or-later
// What the mains say to people: one line a message, on stderr or /dev/kmsg. Where the journal reads
// along, each line carries its level as "<N>" (sd-daemon(3)). Layers return errors instead.
#pragma once

#include <string_view>

namespace caisson {

enum class LogTarget {
    Stderr,   // "PROGRAM: message" for a terminal; "<N>message" when stderr is the journal's
    Journal,  // "<N>message" always: stderr belongs to a unit
    Kmsg,     // /dev/kmsg, for a generator run by PID 1, when no journal is there yet
};

// Nothing is opened before the first message, so that a silent run pays nothing. `program` must
// outlive the process's logging: a literal. $CAISSON_LOG_LEVEL (debug, info, warning, error) sets
// the least level shown; info is the default.
void set_log_target(LogTarget target, std::string_view program);

void log_error(std::string_view message);
void log_warning(std::string_view message);
void log_info(std::string_view message);
void log_debug(std::string_view message);

}  // namespace caisson
