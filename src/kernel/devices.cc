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

}  // namespace

Result<UniqueFd> new_dev(const MountFlags& flags) {
    UniqueFd dev =
        TRY(new_mount("tmpfs", {{"mode", "0755"}, {"size", "64k"}, {"nr_inodes", "1k"}}, flags));
    const mode_t umask_before = ::umask(0);
    for (const Node& node : nodes) {
        if (::mknodat(dev.get(), node.name, S_IFCHR | 0666, makedev(node.major, node.minor)) < 0)
            return sys_error("create device", node.name);
    }
    for (const char* name : directories) {
        if (::mkdirat(dev.get(), name, 0755) < 0)
            return sys_error("create directory /dev", name);
    }
    for (const Link& link : links) {
        if (::symlinkat(link.target, dev.get(), link.name) < 0)
            return sys_error("create link /dev", link.name);
    }
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
    return mount;
}

}  // namespace caisson
