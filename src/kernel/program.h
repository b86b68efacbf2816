// SPDX-License-Identifier: LGPL-2.1-or-later
// Programs by descriptor (execveat(2)), and the program that the caller itself is, which a
// container must not get hold of for writing.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace caisson {

// The strings as execve(2) takes them; they must outlive the list.
std::vector<char*> pointers(const std::vector<std::string>& strings);

// Returns only on failure. The new program's name (PR_GET_NAME) is a number.
Error execute_descriptor(int program, const std::vector<std::string>& arguments,
                         const std::vector<std::string>& environment);

// The files of the caller's process below /proc, and ptrace(2), are closed to the container's
// processes (R2). A change of ids, and execve(2), may undo it.
Result<void> forbid_inspection();

// Executes the caller's program once more, with its arguments and environment, from a read-only
// mount that nobody can make writable. Nothing where that is what it runs from already. To be
// called before anything is opened that has no close-on-exec flag.
Result<void> detach_program();

}  // namespace caisson
