// SPDX-License-Identifier: LGPL-2.1-or-later
// What a definition leaves out, from the table of keys: so that a person sees all that holds.
#pragma once

#include "core/compile.h"
#include "core/document.h"

namespace caisson {

// Adds to the merged table of `container`, which has no errors, every key that has a default; what
// it says is what it said before.
void add_defaults(Node::Table& table, const CompiledContainer& container);

// The same for a pod.
void add_defaults(Node::Table& table, const CompiledPod& pod);

}  // namespace caisson
