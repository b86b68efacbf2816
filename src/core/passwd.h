// SPDX-License-Identifier: LGPL-2.1-or-later
// Users and groups of a container, from the text of its own passwd(5) and group(5). The text is
// the container's, so hostile: digits never name a user, and nothing of the host is consulted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace caisson {

// More than this is not read of either file.
inline constexpr std::size_t max_passwd_size = 4 * 1024 * 1024;

struct Identity {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::vector<std::uint32_t> groups;  // supplementary, sorted
    std::string name;                   // empty when passwd has no entry for the uid
    std::string home = "/";
    std::string shell;
};

// A uid or gid in decimal: all digits, 0 to 4294967294 (4294967295 means "unchanged" to the
// kernel). Nothing else is a number.
std::optional<std::uint32_t> parse_id(std::string_view text);

// `user` is "name", "uid", "name:group" or "uid:gid". A uid alone has the group that passwd gives
// it, else 0. A name alone also gets the groups that list it.
Result<Identity> resolve_identity(std::string_view user, const std::vector<std::string>& groups,
                                  std::string_view passwd, std::string_view group);

}  // namespace caisson
