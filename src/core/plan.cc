// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/plan.h"

#include <algorithm>

namespace caisson {

std::string scope_name(std::string_view name) {
    std::string scope(name);
    std::replace(scope.begin(), scope.end(), '@', ':');
    return scope + ".scope";
}

}  // namespace caisson
