// SPDX-License-Identifier: LGPL-2.1-or-later
#include "runtime/rootfs.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "kernel/devices.h"
#include "kernel/files.h"
#include "kernel/mounts.h"
#include "kernel/overlay.h"
#include "runtime/container_dir.h"

namespace caisson {
namespace {

Result<std::vector<UniqueFd>> open_layers(const RootFileSystem& root) {
    std::vector<UniqueFd> layers;
    for (const std::string& path : root.layers) {
        UniqueFd layer(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!layer)
            return sys_error("lowerdir", path).within("mount overlay on /");
        layers.push_back(std::move(layer));
    }
    return layers;
}

Result<UniqueFd> mount_overlay(const Plan& plan, std::vector<UniqueFd> layers) {
    OverlayDirectories directories{.layers = std::move(layers), .upper = {}, .work = {}};
    if (plan.root.mode != RootMode::ReadOnly) {
        WritableLayer writable =
            TRY(plan.root.mode == RootMode::Ephemeral ? make_ephemeral_layer(plan.name)
                                                      : open_persistent_layer(plan.name));
        directories.upper = std::move(writable.upper);
        directories.work = std::move(writable.work);
    }
    return new_overlay(directories, plan.root.mode == RootMode::Ephemeral ? Durability::Volatile
                                                                          : Durability::Durable);
}

Result<UniqueFd> mount_root(const Plan& plan) {
    std::vector<UniqueFd> layers = TRY(open_layers(plan.root));
    if (plan.root.mode == RootMode::ReadOnly && layers.size() == 1)
        return clone_mount(layers.front().get(), Submounts::Copy, {.read_only = true});
    return mount_overlay(plan, std::move(layers));
}

Result<bool> prepare_bind(const Mount& mount, PreparedMount& prepared) {
    Result<UniqueFd> source = open_path(mount.source, O_PATH);
    if (!source && source.error().is(ENOENT) && mount.optional)
        return false;
    if (!source)
        return sys_error("source", mount.source, source.error().code);
    struct stat status {};
    if (::fstat(source->get(), &status) < 0)
        return sys_error("stat", mount.source);
    prepared.kind = S_ISDIR(status.st_mode) ? FileKind::Directory : FileKind::Other;
    prepared.detached = TRY(clone_mount(
        source->get(), mount.recursive ? Submounts::Copy : Submounts::Leave, mount.flags));
    return true;
}

// False: leave this mount out.
Result<bool> prepare_mount(const Mount& mount, PreparedMount& prepared) {
    prepared.mount = &mount;
    if (mount.type == MountType::Bind)
        return prepare_bind(mount, prepared);
    if (mount.type == MountType::Dev)
        prepared.detached = TRY(new_dev(mount.flags));
    return true;
}

}  // namespace

Result<PreparedRoot> prepare_root(const Plan& plan) {
    PreparedRoot prepared;
    Result<UniqueFd> root = mount_root(plan);
    if (!root)
        return std::move(root.error());
    prepared.root = std::move(*root);
    for (const Mount& mount : plan.mounts) {
        PreparedMount one;
        Result<bool> wanted = prepare_mount(mount, one);
        if (!wanted)
            return std::move(wanted.error()).within("mount on " + mount.target);
        if (*wanted)
            prepared.mounts.push_back(std::move(one));
    }
    prepared.null_device = TRY(clone_null_device());
    prepared.empty_directory =
        TRY(new_mount("tmpfs", {{"mode", "0555"}, {"size", "4k"}, {"nr_inodes", "2"}},
                      {.read_only = true, .nosuid = true, .nodev = true, .noexec = true}));
    return prepared;
}

}  // namespace caisson
