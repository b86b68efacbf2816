// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/passwd.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/text.h"

namespace caisson {

std::optional<std::uint32_t> parse_id(std::string_view text) {
    const std::optional<std::uint32_t> id = parse_integer<std::uint32_t>(text);
    if (id && *id == std::numeric_limits<std::uint32_t>::max())
        return std::nullopt;
    return id;
}

namespace {

bool looks_numeric(std::string_view text) {
    return !text.empty() &&
           ((text[0] >= '0' && text[0] <= '9') || text[0] == '-' || text[0] == '+');
}

// Calls `visit(fields)` for each line with at least `least` fields until it returns true.
template <typename Visit>
void each_entry(std::string_view text, std::size_t least, Visit visit) {
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::vector<std::string_view> fields = split(text.substr(0, end), ':');
        if (fields.size() >= least && visit(fields))
            return;
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
}

Result<std::uint32_t> find_group(std::string_view name, std::string_view group) {
    if (const std::optional<std::uint32_t> gid = parse_id(name))
        return *gid;
    if (name.empty() || looks_numeric(name))
        return plain_error("group " + std::string(name) + ": not a name nor a gid");
    std::optional<std::uint32_t> found;
    each_entry(group, 3, [&](const std::vector<std::string_view>& fields) {
        if (fields[0] == name)
            found = parse_id(fields[2]);
        return found.has_value();
    });
    if (!found)
        return plain_error("group " + std::string(name) + ": not in the container's /etc/group");
    return *found;
}

// Fills what passwd knows; false when it has no such entry.
bool find_user(std::string_view user, std::optional<std::uint32_t> uid, std::string_view passwd,
               Identity& identity) {
    bool found = false;
    each_entry(passwd, 7, [&](const std::vector<std::string_view>& fields) {
        const std::optional<std::uint32_t> entry_uid = parse_id(fields[2]);
        const std::optional<std::uint32_t> entry_gid = parse_id(fields[3]);
        if (!entry_uid || !entry_gid || (uid ? *entry_uid != *uid : fields[0] != user))
            return false;
        identity.uid = *entry_uid;
        identity.gid = *entry_gid;
        identity.name = fields[0];
        if (!fields[5].empty())
            identity.home = fields[5];
        identity.shell = fields[6];
        found = true;
        return true;
    });
    return found;
}

void add_memberships(std::string_view group, Identity& identity) {
    each_entry(group, 4, [&](const std::vector<std::string_view>& fields) {
        const std::vector<std::string_view> members = split(fields[3], ',');
        const std::optional<std::uint32_t> gid = parse_id(fields[2]);
        if (gid && std::find(members.begin(), members.end(), identity.name) != members.end())
            identity.groups.push_back(*gid);
        return false;
    });
}

}  // namespace

Result<Identity> resolve_identity(std::string_view user, const std::vector<std::string>& groups,
                                  std::string_view passwd, std::string_view group) {
    const std::size_t colon = user.find(':');
    const std::string_view name = user.substr(0, colon);
    const std::optional<std::uint32_t> uid = parse_id(name);
    if (name.empty() || (!uid && looks_numeric(name)))
        return plain_error("user " + std::string(user) + ": not a name nor a uid");

    Identity identity;
    if (!find_user(name, uid, passwd, identity)) {
        if (!uid)
            return plain_error("user " + std::string(name) +
                               ": not in the container's /etc/passwd");
        identity.uid = *uid;
        // Root's group needs no passwd to be known; for others 0 is what Docker gives, too.
        identity.gid = 0;
    }
    if (colon != user.npos)
        identity.gid = TRY(find_group(user.substr(colon + 1), group));
    else if (!uid)
        add_memberships(group, identity);
    for (const std::string& extra : groups) {
        const std::uint32_t gid = TRY(find_group(extra, group));
        identity.groups.push_back(gid);
    }
    std::sort(identity.groups.begin(), identity.groups.end());
    identity.groups.erase(std::unique(identity.groups.begin(), identity.groups.end()),
                          identity.groups.end());
    return identity;
}

}  // namespace caisson
