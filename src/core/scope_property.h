// SPDX-License-Identifier: LGPL-2.1-or-later
// Resource directives as typed properties of a transient scope. The scope of a container gets its
// limits from a drop-in; that of an instance of a template has none, since its name is not known
// when the generator runs and systemd looks for drop-ins of new names only after a reload.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "core/plan.h"

namespace caisson {

struct ScopeProperty {
    std::string name;  // org.freedesktop.systemd1(5): "MemoryMax", "MemoryMaxScale"
    // D-Bus types t, u, ay, s, and a(ss) or a(st) with one element.
    std::variant<std::uint64_t, std::uint32_t, std::vector<std::uint8_t>, std::string,
                 std::pair<std::string, std::string>, std::pair<std::string, std::uint64_t>>
        value;
};

// Of the directives that `resources` and `device` yield; any other is an error.
Result<ScopeProperty> scope_property(const Directive& directive);

}  // namespace caisson
