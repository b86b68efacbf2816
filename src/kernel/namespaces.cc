// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernel/namespaces.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "kernel/files.h"

namespace caisson {
namespace {

std::string offset_line(const char* clock, std::int64_t offset) {
    constexpr std::int64_t second = 1'000'000'000;
    const std::int64_t nanoseconds = ((offset % second) + second) % second;
    return std::string(clock) + " " + std::to_string((offset - nanoseconds) / second) + " " +
           std::to_string(nanoseconds) + "\n";
}

// What was opened: another file may have got the number since it was read.
bool is_namespace(int file, const NamespaceKind& kind, ino_t inode) {
    struct stat status {};
    return check_file_system(file, NSFS_MAGIC, kind.file) && ::fstat(file, &status) == 0 &&
           status.st_ino == inode && ::ioctl(file, NS_GET_NSTYPE) == kind.flag;
}

}  // namespace

Result<void> Joined::remember(const NamespaceKind& kind) {
    UniqueFd own = TRY(open_path(std::string("/proc/self/ns/") + kind.file, O_RDONLY));
    left_.push_back({kind, std::move(own)});
    return {};
}

Result<void> Joined::join(const NamespaceKind& kind, int target) {
    TRY(remember(kind));
    if (::setns(target, kind.flag) < 0)
        return sys_error("join");
    return {};
}

Result<void> Joined::make_time_namespace(const TimeOffsets& offsets) {
    TRY(remember({"time", CLONE_NEWTIME}));
    if (::unshare(CLONE_NEWTIME) < 0)
        return sys_error("create a time namespace");
    if (offsets.monotonic == 0 && offsets.boottime == 0)
        return {};
    constexpr const char* path = "/proc/self/timens_offsets";
    const UniqueFd file = TRY(open_path(path, O_WRONLY));
    return write_all(file.get(),
                     offset_line("monotonic", offsets.monotonic) +
                         offset_line("boottime", offsets.boottime),
                     path);
}

Result<void> Joined::leave() {
    for (auto left = left_.rbegin(); left != left_.rend(); ++left) {
        if (::setns(left->own.get(), left->kind.flag) < 0)
            return sys_error("leave the namespace", left->kind.file);
    }
    left_.clear();
    return {};
}

Result<UniqueFd> open_namespace(const std::string& path) {
    UniqueFd file = TRY(open_path(path, O_RDONLY));
    if (!check_file_system(file.get(), NSFS_MAGIC, path))
        return plain_error(path + ": not a namespace");
    return file;
}

Result<UniqueFd> find_kept_namespace(const NamespaceKind& kind, ino_t inode) {
    constexpr const char* path = "/proc/1/fd";
    const std::string wanted = std::string(kind.file) + ":[" + std::to_string(inode) + "]";
    const UniqueFd directory = TRY(open_path(path, O_RDONLY | O_DIRECTORY));
    TRY(check_file_system(directory.get(), PROC_SUPER_MAGIC, path));
    UniqueFd listed(::openat(directory.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!listed)
        return sys_error("open", path);
    const std::vector<std::string> numbers = TRY(list_directory(std::move(listed), path));
    for (const std::string& number : numbers) {
        char target[64];
        const ssize_t size = ::readlinkat(directory.get(), number.c_str(), target, sizeof target);
        if (size < 0 || std::string_view(target, static_cast<std::size_t>(size)) != wanted)
            continue;
        // Of no other file than a namespace's is opening more than that.
        UniqueFd file(::openat(directory.get(), number.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
        if (file && is_namespace(file.get(), kind, inode))
            return file;
    }
    return UniqueFd();
}

}  // namespace caisson
