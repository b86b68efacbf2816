// SPDX-License-Identifier: LGPL-2.1-or-later
// /var/lib/caisson/containers/NAME: where the writes of a container go. `ephemeral` lives from
// start to stop, `persistent` for good.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace caisson {

struct WritableLayer {
    UniqueFd upper;
    UniqueFd work;
};

// The container's root shows the upper directory's own mode and owner; what the container writes
// is owned by its range of ids, `owner` being its 0.

// What an earlier start left behind is removed first.
Result<WritableLayer> make_ephemeral_layer(const std::string& name, std::uint32_t owner);

// Refuses one that belongs to another range: nothing here ever changes the owners of a tree.
Result<WritableLayer> open_persistent_layer(const std::string& name, std::uint32_t owner);

// Removes the ephemeral layer, and the directory of the container if nothing else is in it.
Result<void> remove_ephemeral_layer(const std::string& name);

}  // namespace caisson
