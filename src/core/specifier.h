// SPDX-License-Identifier: LGPL-2.1-or-later
// The specifiers of systemd.unit(5) in strings of a definition: %i %I %n %N %H %m %b %v %t %S %%.
// The generator only checks them; systemd resolves them into arguments of the runtime, which
// expands them in the plan.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "core/plan.h"

namespace caisson {

inline constexpr std::string_view known_specifiers = "iInNHmbvtS";

// What is wrong with the specifiers of `text`, or nothing. Adds those that it uses to `used`
// ("%%" is none).
std::optional<std::string> check_specifiers(std::string_view text, std::set<char>& used);

using SpecifierValues = std::map<char, std::string>;

// Every specifier must have a value.
Result<std::string> expand_specifiers(std::string_view text, const SpecifierValues& values);
Result<void> expand_specifiers(Plan& plan, const SpecifierValues& values);

}  // namespace caisson
