// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/dependency.h"

#include <array>
#include <cstddef>

namespace caisson {
namespace {

struct Spelling {
    std::string_view key;
    std::string_view directive;
};

// In the order of the enumerators.
constexpr std::array<Spelling, 8> spellings{{{"after", "After"},
                                             {"before", "Before"},
                                             {"requires", "Requires"},
                                             {"wants", "Wants"},
                                             {"binds_to", "BindsTo"},
                                             {"part_of", "PartOf"},
                                             {"conflicts", "Conflicts"},
                                             {"upholds", "Upholds"}}};

}  // namespace

std::string_view key_of(DependencyKind kind) {
    return spellings[static_cast<std::size_t>(kind)].key;
}

std::string_view directive_of(DependencyKind kind) {
    return spellings[static_cast<std::size_t>(kind)].directive;
}

}  // namespace caisson
