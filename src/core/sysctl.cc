// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/sysctl.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "core/diagnostic.h"

namespace caisson {
namespace {

struct Owner {
    std::string_view prefix;  // a path, or a directory with its slash
    Namespace Namespaces::*namespace_of;
    std::string_view key;
};

// Linux 6.18: net/ in net/sysctl_net.c, ipc/ipc_sysctl.c, ipc/mq_sysctl.c, kernel/utsname_sysctl.c.
constexpr Owner owners[] = {
    {"net/", &Namespaces::network, "network"},
    {"kernel/msgmax", &Namespaces::ipc, "ipc"},
    {"kernel/msgmnb", &Namespaces::ipc, "ipc"},
    {"kernel/msgmni", &Namespaces::ipc, "ipc"},
    {"kernel/sem", &Namespaces::ipc, "ipc"},
    {"kernel/shmall", &Namespaces::ipc, "ipc"},
    {"kernel/shmmax", &Namespaces::ipc, "ipc"},
    {"kernel/shmmni", &Namespaces::ipc, "ipc"},
    {"kernel/shm_rmid_forced", &Namespaces::ipc, "ipc"},
    {"fs/mqueue/", &Namespaces::ipc, "ipc"},
    {"kernel/domainname", &Namespaces::uts, "uts"},
};

}  // namespace

std::string sysctl_path(std::string_view name) {
    std::string path(name);
    const std::size_t first = path.find_first_of("./");
    if (first == std::string::npos || path[first] == '/')
        return path;
    for (char& c : path)
        c = c == '.' ? '/' : c == '/' ? '.' : c;
    return path;
}

Complaint check_sysctl(std::string_view name, std::string_view value,
                       const Namespaces& namespaces) {
    const std::string path = sysctl_path(name);
    for (const std::string_view part : split(path, '/'))
        if (part.empty() || part == "." || part == "..")
            return quoted(name) + " is no setting";
    const bool is_plain = std::all_of(path.begin(), path.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("_-./").find(c) != std::string_view::npos;
    });
    if (!is_plain)
        return quoted(name) + " is no setting";
    if (path == "kernel/hostname")
        return std::string("is what container.hostname sets");
    const Owner* owner = std::find_if(std::begin(owners), std::end(owners), [&](const Owner& row) {
        return row.prefix.ends_with("/") ? path.starts_with(row.prefix) : path == row.prefix;
    });
    if (owner == std::end(owners))
        return std::string("is a setting of the whole host; only those of a namespace can be set "
                           "for a container");
    if ((namespaces.*owner->namespace_of).mode != NamespaceMode::Private)
        return "belongs to namespaces." + std::string(owner->key) + ", which is not \"private\"";
    if (value.empty())
        return std::string("must not be empty");
    return std::nullopt;
}

}  // namespace caisson
