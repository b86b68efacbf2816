// SPDX-License-Identifier: LGPL-2.1-or-later
// What the terminal can show, and the pager in front of it, with the variables that systemctl
// knows.
#pragma once

#include <string_view>

#include "ctl/table.h"

namespace caisson {

Style terminal_style();

// Writes to stdout what a verb has printed. False: nobody reads it.
bool write_output(std::string_view text);

// The same through the pager, when stdout is a terminal.
bool page_output(std::string_view text);

}  // namespace caisson
