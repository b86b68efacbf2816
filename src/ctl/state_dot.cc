// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ctl/state_dot.h"

namespace caisson {

Cell state_dot(const Observation& seen, const Style& style) {
    const std::string state = seen.summary();
    if (state == "error" || state == "failed")
        return {style.unicode ? "×" : "x", Colour::Red};
    if (state == "inactive")
        return {style.unicode ? "○" : " ", Colour::None};
    if (seen.health && seen.health->state == "unhealthy")
        return {style.unicode ? "●" : "*", Colour::Red};
    if (state == "active")
        return {style.unicode ? "●" : "*",
                seen.change == Change::None ? Colour::Green : Colour::Yellow};
    return {style.unicode ? "●" : "*", Colour::Yellow};
}

}  // namespace caisson
