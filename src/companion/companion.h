// SPDX-License-Identifier: LGPL-2.1-or-later
// caisson-companion NAME pidfd=FD [stdout=FD] [stderr=FD] [notify=FD] [memory_events=FD]
//                   [memory_peak=FD] [journal=PATH]
//
// Runs in a service's cgroup beside a container whose payload lives in a scope. It copies the
// payload's output into the journal (stdout and stderr: read ends of pipes), relays notifications
// (notify: a bound datagram socket) to $NOTIFY_SOCKET and reports out-of-memory kills
// (memory_events, memory_peak: of the scope's cgroup). It ends when the payload (pidfd) is gone and
// both pipes are at their end, by itself: it blocks all signals, so that a stop of the unit loses
// no line. (Who starts it blocks them too, or a stop at that very moment kills it.) It reaps
// nobody.
//
// It may be killed at any time; then nobody reads the pipes, and a payload that goes on writing
// gets SIGPIPE, or EPIPE where it ignores that.
#pragma once

namespace caisson {

// Returns the exit status: 0, or 2 for arguments that make no sense.
int companion(int count, char** arguments, char** environment);

}  // namespace caisson
