// SPDX-License-Identifier: LGPL-2.1-or-later
// What systemd's refusals mean to the person who asked, and what to do about them.
#pragma once

#include <string>

#include "ctl/inventory.h"
#include "systemd/manager.h"

namespace caisson {

std::string explain(const BusError& error, const Target& target);

}  // namespace caisson
