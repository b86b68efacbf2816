// SPDX-License-Identifier: LGPL-2.1-or-later
// Becomes the payload, with a search in PATH where its name has no slash: the same rules and the
// same words as those of runtime/launch.cc, where there is no init.
#pragma once

namespace caisson {

// Returns only on failure, and only after having written it to `report` (-1: nowhere) as
// kernel/process.h reads it. The value is the exit status that shells have for it.
int execute(char** command, char** environment, int report);

// Writes "WHAT: error text" there.
void report_failure(int report, const char* what, int errnum);

}  // namespace caisson
