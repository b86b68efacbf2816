// SPDX-License-Identifier: LGPL-2.1-or-later
#include "runtime/masks.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "kernel/files.h"
#include "kernel/mounts.h"

namespace caisson {
namespace {

// Nothing of these is a link: they are below /proc and /sys, freshly mounted (R10, R12).
Result<UniqueFd> open_kernel_path(int root, const std::string& path) {
    Result<UniqueFd> fd = open_without_links(root, path, O_PATH);
    if (!fd && (fd.error().is(ENOENT) || fd.error().is(ENOTDIR)))
        return UniqueFd();
    return fd;
}

// What hides a path. Only an attached mount can be copied, so the first use attaches the original.
struct Cover {
    int mount;
    bool attached = false;
};

Result<void> cover_path(Cover& cover, int target, const std::string& path) {
    if (!std::exchange(cover.attached, true))
        return attach(cover.mount, target, path);
    const UniqueFd copy = TRY(clone_mount(cover.mount, Submounts::Leave, {}));
    return attach(copy.get(), target, path);
}

struct Covers {
    Cover file;
    Cover directory;
};

Result<void> mask(int root, const std::string& path, Covers& covers) {
    const UniqueFd target = TRY(open_kernel_path(root, path));
    if (!target)
        return {};
    struct stat status {};
    if (::fstat(target.get(), &status) < 0)
        return sys_error("stat");
    return cover_path(S_ISDIR(status.st_mode) ? covers.directory : covers.file, target.get(), path);
}

Result<void> make_read_only(int root, const std::string& path) {
    const UniqueFd target = TRY(open_kernel_path(root, path));
    if (!target)
        return {};
    const UniqueFd copy = TRY(clone_mount(target.get(), Submounts::Copy, {.read_only = true}));
    return attach(copy.get(), target.get(), path);
}

// A path with one "*", as a glob(7) of the container's files; others as they are. The default list
// has such for what there is one of for each CPU.
Result<std::vector<std::string>> expand(int root, const std::string& path) {
    const std::size_t star = path.find('*');
    if (star == std::string::npos)
        return std::vector<std::string>{path};
    const std::size_t slash = path.rfind('/', star);
    const std::size_t end = std::min(path.find('/', star), path.size());
    const std::string prefix = path.substr(slash + 1, star - slash - 1);
    const std::string suffix = path.substr(star + 1, end - star - 1);
    std::vector<std::string> paths;
    Result<UniqueFd> parent =
        open_without_links(root, path.substr(0, slash), O_RDONLY | O_DIRECTORY);
    if (!parent && parent.error().is(ENOENT))
        return paths;
    if (!parent)
        return std::move(parent.error());
    const std::vector<std::string> names = TRY(list_directory(std::move(*parent), path));
    for (const std::string& name : names)
        if (name.size() >= prefix.size() + suffix.size() && name.starts_with(prefix) &&
            name.ends_with(suffix))
            paths.push_back(path.substr(0, slash + 1) + name + path.substr(end));
    return paths;
}

}  // namespace

Result<void> protect_kernel_paths(int root, const Plan& plan, const PreparedRoot& prepared) {
    Covers covers{.file = {prepared.null_device.get()},
                  .directory = {prepared.empty_directory.get()}};
    for (const std::string& pattern : plan.masked_paths) {
        const std::vector<std::string> paths = TRY(expand(root, pattern));
        for (const std::string& path : paths)
            if (Result<void> done = mask(root, path, covers); !done)
                return std::move(done.error()).within("mask " + path);
    }
    for (const std::string& path : plan.read_only_paths) {
        if (Result<void> done = make_read_only(root, path); !done)
            return std::move(done.error()).within("make read-only " + path);
    }
    return {};
}

}  // namespace caisson
