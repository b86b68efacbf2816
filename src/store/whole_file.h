// SPDX-License-Identifier: LGPL-2.1-or-later
// Small files below /run/caisson that are whole or absent.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace caisson {

// "web" in "/run/caisson/state" with ".json": "/run/caisson/state/web.json". A name that is none
// of ours is an error.
Result<std::string> file_of(std::string_view name, std::string_view suffix,
                            const std::string& directory);

// Makes the directory (0700) and in it the file (0600) that file_of() names.
Result<void> save_file(std::string_view name, std::string_view suffix, std::string_view text,
                       const std::string& directory);

// Nothing when there is none.
Result<std::optional<std::string>> load_file(const std::string& path);

// No error when there is none. Removes what an interrupted save has left, too.
Result<void> remove_file(std::string_view name, std::string_view suffix,
                         const std::string& directory);

}  // namespace caisson
