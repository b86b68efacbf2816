// SPDX-License-Identifier: LGPL-2.1-or-later
// Passes what the payload's processes say with sd_notify(3) on to systemd, which hears only who is
// in the service's cgroup. The payload is not trusted: it may speak of its state, but not name
// another main process or store file descriptors.
#pragma once

#include "companion/outlet.h"
#include "freestanding/text.h"

namespace caisson {

// As long a message as systemd takes, give or take; a longer one is dropped whole.
constexpr size_t max_notification = 4096;

struct Relay {
    int fd = -1;                   // the payload's $NOTIFY_SOCKET
    bool withholds_ready = false;  // the payload's READY=1 does not count yet
    Outlet outlet;
    Text<max_notification + 1024> pending;  // systemd has not taken it yet
};

// Takes one message; call it only when nothing is pending. False if there was none.
bool receive(Relay& relay);

// Adds a STATUS= of our own to what is pending.
void add_status(Relay& relay, std::string_view status);

// Sends what is pending, if systemd takes it now.
void forward(Relay& relay);

}  // namespace caisson
