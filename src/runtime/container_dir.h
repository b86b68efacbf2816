// SPDX-License-Identifier: LGPL-2.1-or-later
// /var/lib/caisson/containers/NAME: where the writes of a container go. `ephemeral` lives from
// start to stop, `persistent` for good.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace caisson {

struct WritableLayer {
    UniqueFd upper;
    UniqueFd work;
};

// What an earlier start left behind is removed first.
Result<WritableLayer> make_ephemeral_layer(const std::string& name);

Result<WritableLayer> open_persistent_layer(const std::string& name);

// Removes the ephemeral layer, and the directory of the container if nothing else is in it.
Result<void> remove_ephemeral_layer(const std::string& name);

}  // namespace caisson
