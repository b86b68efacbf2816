// SPDX-License-Identifier: LGPL-2.1-or-later
// The directives of units that a definition must not set verbatim, because Caisson owns them or
// because they would not do to the payload what they say.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace caisson {

enum class UnitSection { Unit, Service, Scope, Install };

// What to do instead, or nothing when the directive is the user's.
std::optional<std::string> explain_owned_directive(UnitSection section, std::string_view name);

// [A-Z][A-Za-z0-9]*, as all directives of systemd.
bool is_directive_name(std::string_view name);

}  // namespace caisson
