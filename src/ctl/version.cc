// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config.h"
#include "ctl/observation_json.h"
#include "ctl/verbs.h"

namespace caisson {

void Outcome::complain(std::string message, int with_status) {
    complaints.push_back(std::move(message));
    status = std::max(status, with_status);
}

Outcome version(const Output& output) {
    if (output.format == Format::Machine)
        return {.output = dump({{"version", CAISSON_VERSION}})};
    return {.output = "caissonctl " CAISSON_VERSION "\n"};
}

}  // namespace caisson
