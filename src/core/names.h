// SPDX-License-Identifier: LGPL-2.1-or-later
// The syntax of names: of containers, units, users, hosts, variables, signals. Each check returns
// what is wrong, ready to be shown, or nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace caisson {

using Complaint = std::optional<std::string>;

// [A-Za-z0-9][A-Za-z0-9_.-]{0,62}, and no unit suffix, which would make a dependency ambiguous.
Complaint check_resource_name(std::string_view name);

// ".service" and its kin, or nothing.
bool has_unit_suffix(std::string_view name);
Complaint check_unit_name(std::string_view name);    // with suffix; specifiers may stand in it
Complaint check_linked_unit(std::string_view name);  // becomes a file's name: no specifiers
Complaint check_slice(std::string_view name);

Complaint check_user(std::string_view user);    // name, uid, name:group, uid:gid
Complaint check_group(std::string_view group);  // name or gid
Complaint check_hostname(std::string_view hostname);
Complaint check_variable_name(std::string_view name);
Complaint check_file_mode(std::string_view mode, unsigned highest);  // octal

// A path inside the container, or of the host when it is absolute: no "..", nothing empty.
Complaint check_absolute_path(std::string_view path);

struct Signal {
    int number;
    std::string name;  // "SIGTERM", "SIGRTMIN+3"
};

// "SIGTERM", "TERM", "15", "SIGRTMIN+3", "RTMAX-1".
std::optional<Signal> parse_signal(std::string_view text);

}  // namespace caisson
