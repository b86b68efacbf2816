// SPDX-License-Identifier: LGPL-2.1-or-later
// The network namespace of a container without a network: loopback and nothing else.
#pragma once

#include "base/result.h"

namespace caisson {

Result<void> bring_loopback_up();

}  // namespace caisson
