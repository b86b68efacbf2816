// SPDX-License-Identifier: LGPL-2.1-or-later
// Finds the definitions: the three directories with their precedence, drop-ins, masks and host
// defaults, and the unit files that others installed. Reads, decides nothing about contents.
#pragma once

#include <string>

#include "core/compile.h"

namespace caisson {

// A file larger than this is not read: no definition comes near it.
inline constexpr std::size_t max_definition_size = 1024 * 1024;

// `root` prefixes every path ("" is the running system). What cannot be read is in the result as
// an unreadable SourceFile. `runtime` and `plan_directory` are left for the caller.
CompileInput load_definitions(const std::string& root);

// One file, for `caissonctl check PATH`; its drop-ins are looked for beside it. It defines `name`,
// or what its own name says.
SourceFile load_definition(const std::string& path, const std::string& name = {});

}  // namespace caisson
