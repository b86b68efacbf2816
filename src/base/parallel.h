// SPDX-License-Identifier: LGPL-2.1-or-later
// The same work on many things at once, for what PID 1 waits for.
#pragma once

#include <cstddef>
#include <functional>

namespace caisson {

// Calls work(i) once for every i below `count`, in no order, on the processors that there are, and
// returns when all is done. What two calls share must bear it, and nothing may be thrown.
void parallel_for(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace caisson
