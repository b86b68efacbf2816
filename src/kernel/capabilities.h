// SPDX-License-Identifier: LGPL-2.1-or-later
// The five capability sets of the payload (capabilities(7)) and the change of identity, which
// belong together: a change of uid drops sets.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "core/passwd.h"

namespace caisson {

// Gives up what is not in `bounding` in the bounding set, and becomes `identity`. For uid 0,
// permitted and effective are as the bounding set then, inheritable and ambient empty (R14); for
// others, all four are `ambient`, so that what is executed has them. Needs CAP_SETPCAP, CAP_SETUID
// and CAP_SETGID.
Result<void> become(const Identity& identity, const std::vector<std::string>& bounding,
                    const std::vector<std::string>& ambient);

Result<void> forbid_new_privileges();

}  // namespace caisson
