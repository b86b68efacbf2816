// SPDX-License-Identifier: LGPL-2.1-or-later
// What exec does while its command runs: it passes signals on, and carries what is typed and shown
// between the caller's terminal and the container's.
#pragma once

#include "base/result.h"
#include "base/unique_fd.h"
#include "kernel/process.h"
#include "kernel/terminal.h"

namespace caisson {

// Blocks the signals that supervise() passes on; from here on they wait for it.
Result<UniqueFd> watch_signals();

// Waits for the command, which leads a session. `terminal`: its own, or
// invalid. Returns the exit status, 128 + N for signal N.
//
// When the caller's terminal or the caller goes away, the command's terminal hangs up.
Result<int> supervise(const Child& child, int signals, Pty terminal);

}  // namespace caisson
