// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernel/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <memory>

#include "base/scope_exit.h"
#include "base/text.h"
#include "kernel/syscalls.h"

namespace caisson {
namespace {

Result<UniqueFd> open_below(int root, std::string_view path, int flags, std::uint64_t resolve) {
    const std::string name(path);
    const open_how how{.flags = static_cast<std::uint64_t>(flags) | O_CLOEXEC,
                       .mode = 0,
                       .resolve = resolve | RESOLVE_NO_MAGICLINKS};
    for (int attempt = 0;; ++attempt) {
        UniqueFd fd(sys_openat2(root, name.c_str(), how));
        if (fd)
            return fd;
        if (errno != EAGAIN || attempt == 32)
            return sys_error("open", path);
    }
}

struct Split {
    std::string parent;
    std::string name;
};

Split split_last(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    if (slash == path.npos)
        return {"/", std::string(path)};
    return {slash == 0 ? "/" : std::string(path.substr(0, slash)),
            std::string(path.substr(slash + 1))};
}

}  // namespace

Result<UniqueFd> open_path(const std::string& path, int flags, mode_t mode) {
    UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC, mode));
    if (!fd)
        return sys_error("open", path);
    return fd;
}

Result<UniqueFd> open_in_root(int root, std::string_view path, int flags) {
    return open_below(root, path, flags, RESOLVE_IN_ROOT);
}

Result<UniqueFd> open_without_links(int root, std::string_view path, int flags) {
    return open_below(root, path, flags | O_NOFOLLOW, RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS);
}

Result<UniqueFd> make_directory(int root, std::string_view path) {
    Result<UniqueFd> opened = open_in_root(root, path, O_PATH | O_DIRECTORY);
    if (opened || !opened.error().is(ENOENT))
        return opened;
    const Split split = split_last(path);
    const UniqueFd parent = TRY(make_directory(root, split.parent));
    if (::mkdirat(parent.get(), split.name.c_str(), 0755) < 0 && errno != EEXIST)
        return sys_error("create directory", path);
    // Made or found, it is opened as a path of the container again: what is there now may be a
    // dangling link.
    return open_in_root(root, path, O_PATH | O_DIRECTORY);
}

Result<UniqueFd> make_file(int root, std::string_view path) {
    Result<UniqueFd> opened = open_in_root(root, path, O_PATH);
    if (opened || !opened.error().is(ENOENT))
        return opened;
    const Split split = split_last(path);
    const UniqueFd parent = TRY(make_directory(root, split.parent));
    const UniqueFd made(::openat(parent.get(), split.name.c_str(),
                                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!made && errno != EEXIST)
        return sys_error("create file", path);
    return open_in_root(root, path, O_PATH);
}

Result<std::string> read_file(int fd, std::size_t limit, std::string_view name) {
    std::string text;
    for (;;) {
        const std::size_t had = text.size();
        const std::size_t room = std::min(limit + 1 - had, std::max<std::size_t>(had, 8192));
        text.resize(had + room);
        const ssize_t got = ::read(fd, text.data() + had, room);
        if (got < 0 && errno == EINTR) {
            text.resize(had);
            continue;
        }
        if (got < 0)
            return sys_error("read", name);
        text.resize(had + static_cast<std::size_t>(got));
        if (got == 0)
            return text;
        if (text.size() > limit)
            return plain_error("read " + std::string(name) + ": larger than " +
                               std::to_string(limit) + " bytes");
    }
}

Result<void> write_all(int fd, std::string_view text, std::string_view name) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return sys_error("write", name);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<std::string> read_in_root(int root, std::string_view path, std::size_t limit) {
    // O_NONBLOCK: a FIFO must not hold the start, and what is not a regular file is not read.
    Result<UniqueFd> fd = open_in_root(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (!fd && (fd.error().is(ENOENT) || fd.error().is(ENOTDIR)))
        return std::string();
    if (!fd)
        return std::move(fd.error());
    struct stat status {};
    if (::fstat(fd->get(), &status) < 0)
        return sys_error("stat", path);
    if (!S_ISREG(status.st_mode))
        return plain_error("read " + std::string(path) + ": not a regular file");
    return read_file(fd->get(), limit, path);
}

namespace {

Result<UniqueFd> open_subdirectory(int directory, const std::string& name) {
    UniqueFd fd(::openat(directory, name.c_str(),
                         O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!fd)
        return sys_error("open directory", name);
    return fd;
}

using Listing = std::unique_ptr<DIR, Releases<::closedir>>;

Result<Listing> list(UniqueFd directory, std::string_view name) {
    Listing listing(::fdopendir(directory.get()));
    if (!listing)
        return sys_error("list", name);
    (void)directory.release();
    return listing;
}

// Moves the directory `child` of `directory` to `top`, under a name that nothing there has.
Result<void> move_up(int directory, const char* child, int top, unsigned& moved) {
    for (;;) {
        const std::string place = "removed." + std::to_string(moved++);
        if (::renameat2(directory, child, top, place.c_str(), RENAME_NOREPLACE) == 0)
            return {};
        if (errno != EEXIST)
            return sys_error("move", child);
    }
}

// Removes the directory `name`, which is in `top`; its subdirectories move to `top`. So the depth
// of a tree, which is the container's choice, costs nothing.
Result<void> remove_level(int top, const std::string& name, unsigned& moved) {
    UniqueFd directory = TRY(open_subdirectory(top, name));
    const int fd = directory.get();
    const Listing listing = TRY(list(std::move(directory), name));
    while (const dirent* entry = ::readdir(listing.get())) {
        const std::string_view child = entry->d_name;
        if (child == "." || child == ".." || ::unlinkat(fd, entry->d_name, 0) == 0)
            continue;
        if (errno != EISDIR)
            return sys_error("remove", child);
        if (::unlinkat(fd, entry->d_name, AT_REMOVEDIR) == 0)
            continue;
        TRY(move_up(fd, entry->d_name, top, moved));
    }
    if (::unlinkat(top, name.c_str(), AT_REMOVEDIR) < 0)
        return sys_error("remove directory", name);
    return {};
}

}  // namespace

Result<void> remove_tree(int directory, const std::string& name) {
    struct stat status {};
    if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) < 0) {
        if (errno == ENOENT)
            return {};
        return sys_error("stat", name);
    }
    // All levels gather in `name` itself, so that a removal that was cut short can be resumed.
    const UniqueFd top = TRY(open_subdirectory(directory, name));
    unsigned moved = 0;
    for (bool again = true; again;) {
        again = false;
        UniqueFd copy = TRY(open_subdirectory(directory, name));
        const Listing listing = TRY(list(std::move(copy), name));
        while (const dirent* entry = ::readdir(listing.get())) {
            const std::string child = entry->d_name;
            if (child == "." || child == ".." || ::unlinkat(top.get(), child.c_str(), 0) == 0)
                continue;
            if (errno != EISDIR)
                return sys_error("remove", child);
            TRY(remove_level(top.get(), child, moved));
            again = true;
        }
    }
    if (::unlinkat(directory, name.c_str(), AT_REMOVEDIR) < 0)
        return sys_error("remove directory", name);
    return {};
}

Result<std::vector<std::string>> list_directory(UniqueFd directory, std::string_view name) {
    const Listing listing = TRY(list(std::move(directory), name));
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(listing.get())) {
        const std::string_view child = entry->d_name;
        if (child != "." && child != "..")
            names.emplace_back(child);
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string descriptor_path(int fd) {
    return "/proc/self/fd/" + std::to_string(fd);
}

Result<void> check_file_system(int fd, long type, std::string_view name) {
    struct statfs status {};
    if (::fstatfs(fd, &status) < 0)
        return sys_error("stat", name);
    if (status.f_type != type)
        return plain_error(std::string(name) + ": not of the file system that it should be of");
    return {};
}

}  // namespace caisson
