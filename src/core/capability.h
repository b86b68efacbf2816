// SPDX-License-Identifier: LGPL-2.1-or-later
// The names of capabilities(7), and the sets that containers get.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caisson {

inline constexpr std::string_view all_capabilities_word = "ALL";

// All that Linux 6.18 has, in the order of their numbers.
const std::vector<std::string>& all_capabilities();

// Docker's, without AUDIT_WRITE, MKNOD and NET_RAW. SECURITY.md says what each is for.
const std::vector<std::string>& default_capabilities();

// What an init system needs besides, within the user namespace of the container.
const std::vector<std::string>& boot_capabilities();

// "CAP_NET_RAW" for "NET_RAW", "net_raw" and "CAP_NET_RAW"; "ALL" for "all"; nothing for others.
std::optional<std::string> capability_name(std::string_view word);

}  // namespace caisson
