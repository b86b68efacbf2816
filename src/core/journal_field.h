// SPDX-License-Identifier: LGPL-2.1-or-later
// Labels as fields of the journal, whose names are narrower: CAISSON_LABEL_A_B of "a-b".
#pragma once

#include "core/names.h"

namespace caisson {

std::string journal_field(std::string_view label);

Complaint check_label_name(std::string_view label);

}  // namespace caisson
