// SPDX-License-Identifier: LGPL-2.1-or-later
// The syntax of EnvironmentFile= (systemd.exec(5)): NAME=VALUE lines, shell-like quotes,
// backslash continuation, comments with # and ;. No expansion of any kind.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caisson {

struct EnvironmentFile {
    std::vector<std::pair<std::string, std::string>> variables;  // in order; a later one wins
    std::vector<unsigned> bad_lines;  // not assignments; systemd ignores such lines, with a warning
};

EnvironmentFile parse_environment_file(std::string_view text);

}  // namespace caisson
