// SPDX-License-Identifier: LGPL-2.1-or-later
// What a program without a C library has for a main(): companion and init each define it.
#pragma once

namespace caisson {

// Returns the exit status.
int program(int count, char** arguments, char** environment);

}  // namespace caisson
