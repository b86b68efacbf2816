// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernel/devices.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "kernel/files.h"
#include "kernel/mounts.h"

namespace caisson {
namespace {

struct Node {
    const char* name;
    unsigned major;
    unsigned minor;
};

// devices.txt of the kernel's documentation.
constexpr Node nodes[] = {
    {"null", 1, 3},   {"zero", 1, 5},    {"full", 1, 7},
    {"random", 1, 8}, {"urandom", 1, 9}, {"tty", 5, 0},
};

struct Link {
    const char* name;
    const char* target;
};

constexpr Link links[] = {
    {"ptmx", "pts/ptmx"},          {"fd", "/proc/self/fd"},       {"stdin", "/proc/self/fd/0"},
    {"stdout", "/proc/self/fd/1"}, {"stderr", "/proc/self/fd/2"},
};

constexpr const char* directories[] = {"pts", "shm", "mqueue"};

Result<void> give_away(int directory, const std::string& name, std::uint32_t owner) {
    if (::fchownat(directory, name.c_str(), owner, owner, AT_SYMLINK_NOFOLLOW) < 0)
        return sys_error("give away", name);
    return {};
}

Result<void> make_node(int directory, const std::string& name, mode_t mode, dev_t device,
                       std::uint32_t owner) {
    if (::mknodat(directory, name.c_str(), mode, device) < 0)
        return sys_error("create device", name);
    return give_away(directory, name, owner);
}

// "/dev/disk/by-id/x" in the tmpfs that becomes /dev: its directory, made as needed.
Result<UniqueFd> make_parent(int dev, std::string_view target, std::uint32_t owner) {
    UniqueFd directory(::openat(dev, ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
    for (std::size_t slash = target.find('/'); slash != target.npos; slash = target.find('/')) {
        const std::string part(target.substr(0, slash));
        if (::mkdirat(directory.get(), part.c_str(), 0755) < 0 && errno != EEXIST)
            return sys_error("create directory", part);
        TRY(give_away(directory.get(), part, owner));
        directory.reset(
            ::openat(directory.get(), part.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!directory)
            return sys_error("open", part);
        target.remove_prefix(slash + 1);
    }
    return directory;
}

Result<void> copy_device(int dev, const Device& device, std::uint32_t owner) {
    struct stat status {};
    // A path of the host, which may be a link of udev's.
    if (::stat(device.path.c_str(), &status) < 0) {
        if (errno == ENOENT && device.optional)
            return {};
        return sys_error("device", device.path);
    }
    if (!S_ISCHR(status.st_mode) && !S_ISBLK(status.st_mode))
        return plain_error("device " + device.path + ": not a device node");
    const std::string target = device.target.substr(std::string_view("/dev/").size());
    const UniqueFd parent = TRY(make_parent(dev, target, owner));
    return make_node(parent.get(), target.substr(target.rfind('/') + 1), status.st_mode,
                     status.st_rdev, owner);
}

}  // namespace

Result<UniqueFd> new_dev(const MountFlags& flags, const std::vector<Device>& devices,
                         std::uint32_t owner) {
    const std::string id = std::to_string(owner);
    UniqueFd dev = TRY(new_mount(
        "tmpfs", {{"mode", "0755"}, {"size", "64k"}, {"nr_inodes", "1k"}, {"uid", id}, {"gid", id}},
        flags));
    const mode_t umask_before = ::umask(0);
    for (const Node& node : nodes)
        TRY(make_node(dev.get(), node.name, S_IFCHR | 0666, makedev(node.major, node.minor),
                      owner));
    for (const char* name : directories) {
        if (::mkdirat(dev.get(), name, 0755) < 0)
            return sys_error("create directory /dev", name);
        TRY(give_away(dev.get(), name, owner));
    }
    for (const Link& link : links) {
        if (::symlinkat(link.target, dev.get(), link.name) < 0)
            return sys_error("create link /dev", link.name);
        TRY(give_away(dev.get(), link.name, owner));
    }
    for (const Device& device : devices)
        TRY(copy_device(dev.get(), device, owner));
    ::umask(umask_before);
    return dev;
}

Result<UniqueFd> clone_null_device() {
    const UniqueFd device = TRY(open_path("/dev/null", O_PATH | O_NOFOLLOW));
    struct stat status {};
    if (::fstat(device.get(), &status) < 0)
        return sys_error("stat", "/dev/null");
    if (!S_ISCHR(status.st_mode) || status.st_rdev != makedev(1, 3))
        return plain_error("/dev/null: not the null device");
    UniqueFd mount = TRY(clone_mount(device.get(), Submounts::Leave, {.read_only = true}));
    TRY(set_propagation(mount.get(), Submounts::Leave, Propagation::Private));
    return mount;
}

}  // namespace caisson
