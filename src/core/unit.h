// SPDX-License-Identifier: LGPL-2.1-or-later
// A systemd unit file as ordered sections of directives, and the one place that turns it into text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/plan.h"

namespace caisson {

struct Section {
    std::string name;  // "Service"
    std::vector<Directive> directives;

    void add(std::string_view key, std::string_view value) {
        directives.push_back({std::string(key), std::string(value)});
    }
};

struct Unit {
    std::string name;  // "web.service"; a drop-in is "web.scope.d/50-caisson.conf"
    std::vector<Section> sections;

    Section& section(std::string_view name);  // made at the end when it is not there
};

// One value never yields two lines: render() writes a line break inside a value as a space.
std::string render(const Unit& unit);

// Escaping of values that are not a user's verbatim directive.
std::string escape_specifiers(std::string_view text);   // "%" becomes "%%"
std::string quote_word(std::string_view word);          // of a list, systemd.syntax(7)
std::string quote_argument(std::string_view argument);  // of ExecStart=, systemd.service(5)

}  // namespace caisson
