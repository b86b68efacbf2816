// SPDX-License-Identifier: LGPL-2.1-or-later
#include "runtime/container_dir.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "kernel/files.h"

namespace caisson {
namespace {

constexpr const char* containers = "/var/lib/caisson/containers";

Result<void> make_private_directory(int parent, const char* name) {
    if (::mkdirat(parent, name, 0700) < 0 && errno != EEXIST)
        return sys_error("create directory", name);
    return {};
}

Result<UniqueFd> open_directory(int parent, const std::string& name) {
    UniqueFd fd(::openat(parent, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd)
        return sys_error("open directory", name);
    return fd;
}

// One open(2) when all is there, which is every start but a container's first.
Result<UniqueFd> open_container(const std::string& name) {
    const std::string path = std::string(containers) + "/" + name;
    Result<UniqueFd> opened = open_path(path, O_PATH | O_DIRECTORY | O_NOFOLLOW);
    if (opened || !opened.error().is(ENOENT))
        return opened;
    for (const char* parent : {"/var/lib/caisson", containers, path.c_str()})
        TRY(make_private_directory(AT_FDCWD, parent));
    return open_path(path, O_PATH | O_DIRECTORY | O_NOFOLLOW);
}

Result<void> check_owner(int upper, std::uint32_t owner) {
    struct stat status {};
    if (::fstat(upper, &status) < 0)
        return sys_error("stat the persistent layer");
    if (status.st_uid == owner)
        return {};
    return plain_error("the persistent layer belongs to uid " + std::to_string(status.st_uid) +
                       ", the container's ids begin at " + std::to_string(owner) +
                       "; set user_namespace to the range that has written it, or remove it");
}

// It appears with its owner, or not at all.
Result<void> make_owned_directory(int parent, const char* name, std::uint32_t owner) {
    const std::string temporary = std::string(name) + ".new";
    if (::mkdirat(parent, temporary.c_str(), 0755) < 0 && errno != EEXIST)
        return sys_error("create directory", temporary);
    if (::fchownat(parent, temporary.c_str(), owner, owner, AT_SYMLINK_NOFOLLOW) < 0)
        return sys_error("give away directory", temporary);
    if (::renameat(parent, temporary.c_str(), parent, name) < 0)
        return sys_error("rename directory", temporary);
    return {};
}

Result<UniqueFd> open_or_make(int parent, const char* name, std::uint32_t owner) {
    Result<UniqueFd> opened = open_directory(parent, name);
    if (opened || !opened.error().is(ENOENT))
        return opened;
    TRY(make_owned_directory(parent, name, owner));
    return open_directory(parent, name);
}

Result<WritableLayer> open_layer(int directory, std::uint32_t owner) {
    WritableLayer layer;
    layer.upper = TRY(open_or_make(directory, "upper", owner));
    layer.work = TRY(open_or_make(directory, "work", owner));
    TRY(check_owner(layer.upper.get(), owner));
    return layer;
}

}  // namespace

Result<WritableLayer> make_ephemeral_layer(const std::string& name, std::uint32_t owner) {
    const UniqueFd container = TRY(open_container(name));
    if (::mkdirat(container.get(), "ephemeral", 0700) < 0) {
        if (errno != EEXIST)
            return sys_error("create directory ephemeral for", name);
        TRY(remove_tree(container.get(), "ephemeral"));
        TRY(make_private_directory(container.get(), "ephemeral"));
    }
    const UniqueFd directory = TRY(open_directory(container.get(), "ephemeral"));
    return open_layer(directory.get(), owner);
}

Result<WritableLayer> open_persistent_layer(const std::string& name, std::uint32_t owner) {
    const UniqueFd container = TRY(open_container(name));
    TRY(make_private_directory(container.get(), "persistent"));
    const UniqueFd directory = TRY(open_directory(container.get(), "persistent"));
    return open_layer(directory.get(), owner);
}

Result<void> remove_ephemeral_layer(const std::string& name) {
    Result<UniqueFd> all = open_path(containers, O_PATH | O_DIRECTORY | O_NOFOLLOW);
    if (!all && all.error().is(ENOENT))
        return {};
    if (!all)
        return std::move(all.error());
    Result<UniqueFd> container = open_directory(all->get(), name);
    if (!container && container.error().is(ENOENT))
        return {};
    if (!container)
        return std::move(container.error());
    TRY(remove_tree(container->get(), "ephemeral"));
    if (::unlinkat(all->get(), name.c_str(), AT_REMOVEDIR) < 0 && errno != ENOTEMPTY &&
        errno != EEXIST)
        return sys_error("remove directory", name);
    return {};
}

}  // namespace caisson
