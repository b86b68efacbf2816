// SPDX-License-Identifier: LGPL-2.1-or-later
// The kinds of dependency between units: the key of a definition and the directive for each.
#pragma once

#include <string_view>

namespace caisson {

enum class DependencyKind {
    After,
    Before,
    Requires,
    Wants,
    BindsTo,
    PartOf,
    Conflicts,
    Upholds,
};

std::string_view key_of(DependencyKind kind);        // "binds_to"
std::string_view directive_of(DependencyKind kind);  // "BindsTo"

}  // namespace caisson
