// SPDX-License-Identifier: LGPL-2.1-or-later
// Lays one table of a definition over another: tables merge, everything else replaces, and
// `KEY_append` adds to an array. Every value keeps the place that it was written at.
#pragma once

#include "core/document.h"

namespace caisson {

// `section` names the tables in the list of keys, which knows the arrays. The result has no
// `KEY_append` left where KEY is an array.
Node::Table merge(Node::Table base, Node::Table overlay, std::string_view section,
                  Diagnostics& diagnostics);

}  // namespace caisson
