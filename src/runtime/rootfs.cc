// SPDX-License-Identifier: LGPL-2.1-or-later
#include "runtime/rootfs.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#include "kernel/devices.h"
#include "kernel/files.h"
#include "kernel/kernel_mounts.h"
#include "kernel/mounts.h"
#include "kernel/overlay.h"
#include "runtime/container_dir.h"

namespace caisson {
namespace {

constexpr std::string_view way_out =
    "; user_namespace.mode = \"host\" does without, at the price of that wall";

class RootBuilder {
public:
    RootBuilder(const Plan& plan, const std::optional<IdMapping>& ids) : plan_(plan), ids_(ids) {}

    Result<UniqueFd> root() {
        std::vector<UniqueFd> layers = TRY(open_layers());
        if (plan_.root.mode == RootMode::ReadOnly && layers.size() == 1)
            return std::move(layers.front());
        return overlay(std::move(layers));
    }

    // False: leave this mount out.
    Result<bool> mount(const Mount& mount, PreparedMount& prepared) {
        prepared.mount = &mount;
        if (mount.type == MountType::Bind)
            return bind(mount, prepared);
        if (mount.type == MountType::Dev)
            prepared.detached = TRY(new_dev(mount.flags, plan_.devices, owner()));
        if (!belongs_to_child(mount.type))
            prepared.detached = TRY(kernel_mount(mount));
        return true;
    }

private:
    std::uint32_t owner() const { return ids_ ? ids_->range.base : 0; }

    // In a user namespace only the file systems of its own namespaces can be made; of the others
    // the host's root makes them here.
    bool belongs_to_child(MountType type) const {
        const Namespaces& namespaces = plan_.namespaces;
        const auto is_private = [](const Namespace& one) {
            return one.mode == NamespaceMode::Private;
        };
        switch (type) {
        case MountType::Proc:
            return is_private(namespaces.pid);
        case MountType::Sysfs:
            return is_private(namespaces.network);
        case MountType::Mqueue:
            return is_private(namespaces.ipc);
        case MountType::Cgroup2:
            return is_private(namespaces.cgroup);
        default:
            return true;
        }
    }

    Result<UniqueFd> kernel_mount(const Mount& mount) const {
        return mount.type == MountType::Proc ? new_procfs_of_children(mount.flags)
                                             : new_kernel_mount(mount, plan_.user_namespace);
    }

    Result<void> give_to_container(int detached, Submounts submounts) {
        if (!ids_)
            return {};
        Result<void> done = idmap_mount(detached, submounts, ids_->user_namespace.get());
        if (!done)
            done.error().message += way_out;
        return done;
    }

    // A root of one read-only directory shows what is mounted in it; as a layer it does not.
    Result<std::vector<UniqueFd>> open_layers() {
        const bool is_whole_root =
            plan_.root.mode == RootMode::ReadOnly && plan_.root.layers.size() == 1;
        std::vector<UniqueFd> layers;
        for (const std::string& path : plan_.root.layers) {
            UniqueFd layer(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
            if (!layer)
                return sys_error("lowerdir", path).within("mount overlay on /");
            if (is_whole_root || ids_) {
                Result<UniqueFd> clone = clone_layer(layer.get(), is_whole_root);
                if (!clone)
                    return std::move(clone.error())
                        .within("lowerdir " + path)
                        .within("mount overlay on /");
                layer = std::move(*clone);
            }
            layers.push_back(std::move(layer));
        }
        return layers;
    }

    Result<UniqueFd> clone_layer(int layer, bool is_whole_root) {
        const Submounts submounts = is_whole_root ? Submounts::Copy : Submounts::Leave;
        UniqueFd clone = TRY(clone_mount(layer, submounts, {.read_only = true, .nodev = true}));
        TRY(set_propagation(clone.get(), submounts, Propagation::Private));
        TRY(give_to_container(clone.get(), submounts));
        return clone;
    }

    Result<UniqueFd> overlay(std::vector<UniqueFd> layers) {
        if (ids_ && !takes_detached_layers())
            TRY(attach_aside(layers));
        OverlayDirectories directories{.layers = std::move(layers), .upper = {}, .work = {}};
        const bool is_ephemeral = plan_.root.mode == RootMode::Ephemeral;
        if (plan_.root.mode != RootMode::ReadOnly) {
            WritableLayer writable = TRY(is_ephemeral ? make_ephemeral_layer(plan_.name, owner())
                                                      : open_persistent_layer(plan_.name, owner()));
            directories.upper = std::move(writable.upper);
            directories.work = std::move(writable.work);
        }
        const Durability durability = is_ephemeral ? Durability::Volatile : Durability::Durable;
        const std::string& label = plan_.security_labels.selinux_mount_label;
        return new_overlay(directories, durability, label);
    }

    // Where only this process sees them. What is opened from here on is opened in that namespace.
    static Result<void> attach_aside(const std::vector<UniqueFd>& layers) {
        if (::unshare(CLONE_NEWNS) < 0)
            return sys_error("create a mount namespace");
        TRY(make_mounts_slaves());
        constexpr const char* place = "/run/caisson/layers";
        if (::mkdir(place, 0700) < 0 && errno != EEXIST)
            return sys_error("create directory", place);
        for (const UniqueFd& layer : layers) {
            const UniqueFd target = TRY(open_path(place, O_PATH | O_DIRECTORY));
            TRY(attach(layer.get(), target.get(), place));
        }
        return {};
    }

    Result<bool> bind(const Mount& mount, PreparedMount& prepared) {
        Result<UniqueFd> source = open_path(mount.source, O_PATH);
        if (!source && source.error().is(ENOENT) && mount.optional)
            return false;
        if (!source)
            return sys_error("source", mount.source, source.error().code);
        struct stat status {};
        if (::fstat(source->get(), &status) < 0)
            return sys_error("stat", mount.source);
        prepared.kind = S_ISDIR(status.st_mode) ? FileKind::Directory : FileKind::Other;
        const Submounts submounts = mount.recursive ? Submounts::Copy : Submounts::Leave;
        prepared.detached = TRY(clone_mount(source->get(), submounts, mount.flags));
        if (!mount.flags.noidmap)
            if (Result<void> done = give_to_container(prepared.detached.get(), submounts); !done)
                return std::move(done.error()).within("source " + mount.source);
        TRY(set_propagation(prepared.detached.get(),
                            mount.recursive_propagation ? submounts : Submounts::Leave,
                            mount.propagation));
        return true;
    }

    const Plan& plan_;
    const std::optional<IdMapping>& ids_;
};

}  // namespace

Result<PreparedRoot> prepare_root(const Plan& plan, const std::optional<IdMapping>& ids) {
    PreparedRoot prepared;
    RootBuilder builder(plan, ids);
    prepared.root = TRY(builder.root());
    for (const Mount& mount : plan.mounts) {
        PreparedMount one;
        Result<bool> wanted = builder.mount(mount, one);
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
