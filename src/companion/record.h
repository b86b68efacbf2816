// SPDX-License-Identifier: LGPL-2.1-or-later
// What the last probe has shown, for caissonctl and for containers that wait for this one: a file
// of lines KEY=VALUE, read by store/health.h.
#pragma once

#include "companion/health.h"

namespace caisson {

void write_record(const Health& health);

}  // namespace caisson
