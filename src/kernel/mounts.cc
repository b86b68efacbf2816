// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernel/mounts.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "kernel/syscalls.h"

namespace caisson {
namespace {

std::uint64_t attributes(const MountFlags& flags) {
    return (flags.read_only ? MOUNT_ATTR_RDONLY : 0U) | (flags.nosuid ? MOUNT_ATTR_NOSUID : 0U) |
           (flags.nodev ? MOUNT_ATTR_NODEV : 0U) | (flags.noexec ? MOUNT_ATTR_NOEXEC : 0U) |
           (flags.noatime ? MOUNT_ATTR_NOATIME : 0U) |
           (flags.nosymfollow ? MOUNT_ATTR_NOSYMFOLLOW : 0U);
}

// The kernel says more than an errno about a rejected option, through reads of the context.
Error explain(int context, const std::string& what, int errnum) {
    char message[256];
    const ssize_t size = ::read(context, message, sizeof message);
    Error error = sys_error("mount", what, errnum);
    if (size > 2)  // "e MESSAGE"
        error.message.append(" (")
            .append(message + 2, static_cast<std::size_t>(size) - 2)
            .append(")");
    return error;
}

}  // namespace

Result<UniqueFd> new_mount(const char* type, const MountOptions& options, const MountFlags& flags) {
    const UniqueFd context(::fsopen(type, FSOPEN_CLOEXEC));
    if (!context)
        return sys_error("mount", type);
    // What mountinfo shows for a source.
    if (::fsconfig(context.get(), FSCONFIG_SET_STRING, "source", type, 0) < 0)
        return explain(context.get(), std::string(type) + ": source", errno);
    for (const auto& [key, value] : options) {
        const bool flag = value.empty();
        if (::fsconfig(context.get(), flag ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING, key.c_str(),
                       flag ? nullptr : value.c_str(), 0) < 0)
            return explain(context.get(), std::string(type) + ": option " + key, errno);
    }
    if (::fsconfig(context.get(), FSCONFIG_CMD_CREATE, nullptr, nullptr, 0) < 0)
        return explain(context.get(), type, errno);
    const auto bits = static_cast<unsigned>(attributes(flags));
    UniqueFd mount(::fsmount(context.get(), FSMOUNT_CLOEXEC, bits));
    if (!mount)
        return explain(context.get(), type, errno);
    return mount;
}

Result<UniqueFd> clone_mount(int fd, Submounts submounts, const MountFlags& flags) {
    const unsigned recursive = submounts == Submounts::Copy ? AT_RECURSIVE : 0U;
    UniqueFd tree(
        ::open_tree(fd, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | recursive));
    if (!tree)
        return sys_error("clone the mount");
    mount_attr change{};
    change.attr_set = attributes(flags);
    if (::mount_setattr(tree.get(), "", AT_EMPTY_PATH | recursive, &change, sizeof change) < 0)
        return sys_error("set the mount's attributes");
    return tree;
}

Result<void> make_mount_read_only(int mount) {
    mount_attr change{};
    change.attr_set = MOUNT_ATTR_RDONLY;
    if (::mount_setattr(mount, "", AT_EMPTY_PATH, &change, sizeof change) < 0)
        return sys_error("make the mount read-only");
    return {};
}

Result<void> idmap_mount(int mount, Submounts submounts, int user_namespace) {
    const unsigned recursive = submounts == Submounts::Copy ? AT_RECURSIVE : 0U;
    mount_attr change{};
    change.attr_set = MOUNT_ATTR_IDMAP;
    change.userns_fd = static_cast<std::uint64_t>(user_namespace);
    if (::mount_setattr(mount, "", AT_EMPTY_PATH | recursive, &change, sizeof change) == 0)
        return {};
    Error error = sys_error("map its owners");
    error.message += errno == EINVAL || errno == EOPNOTSUPP
                         ? "; its file system, or one mounted below it, has no idmapped mounts"
                         : "";
    return error;
}

Result<void> set_propagation(int mount, Submounts submounts, Propagation propagation) {
    const unsigned recursive = submounts == Submounts::Copy ? AT_RECURSIVE : 0U;
    mount_attr change{};
    switch (propagation) {
    case Propagation::Private:
        change.propagation = MS_PRIVATE;
        break;
    case Propagation::Slave:
        change.propagation = MS_SLAVE;
        break;
    case Propagation::Shared:
        change.propagation = MS_SHARED;
        break;
    case Propagation::Unbindable:
        change.propagation = MS_UNBINDABLE;
        break;
    }
    if (::mount_setattr(mount, "", AT_EMPTY_PATH | recursive, &change, sizeof change) < 0)
        return sys_error("set the mount's propagation");
    return {};
}

Result<void> attach(int mount, int target, std::string_view name) {
    if (::move_mount(mount, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
        return sys_error("attach the mount on", name);
    return {};
}

Result<bool> in_same_mount(int one, int other) {
    struct statx first {};
    struct statx second {};
    if (::statx(one, "", AT_EMPTY_PATH, STATX_MNT_ID, &first) < 0 ||
        ::statx(other, "", AT_EMPTY_PATH, STATX_MNT_ID, &second) < 0)
        return sys_error("stat");
    return first.stx_mnt_id == second.stx_mnt_id;
}

Result<void> make_mounts_private() {
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0)
        return sys_error("make mounts private");
    return {};
}

Result<void> make_mounts_slaves() {
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) < 0)
        return sys_error("make mounts slaves");
    return {};
}

Result<void> pivot_into(int root) {
    if (::fchdir(root) < 0)
        return sys_error("enter the new root");
    // Old and new root stacked on one place: pivot_root(2), NOTES.
    if (::syscall(SYS_pivot_root, ".", ".") < 0)
        return sys_error("pivot_root");
    if (::umount2(".", MNT_DETACH) < 0)
        return sys_error("unmount the old root");
    if (::chdir("/") < 0)
        return sys_error("enter the root");
    return {};
}

}  // namespace caisson
