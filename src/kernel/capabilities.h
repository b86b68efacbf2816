// SPDX-License-Identifier: LGPL-2.1-or-later
// The five capability sets of the payload (capabilities(7)) and the change of identity, which
// belong together: a change of uid drops sets.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "core/passwd.h"

namespace caisson {

// Gives up what is not in `names` in the bounding set, becomes `identity`, and leaves permitted and
// effective as the bounding set for uid 0 and empty for others; inheritable and ambient are empty
// (R14). Needs CAP_SETPCAP, CAP_SETUID and CAP_SETGID.
Result<void> become(const Identity& identity, const std::vector<std::string>& names);

Result<void> forbid_new_privileges();

}  // namespace caisson
