// SPDX-License-Identifier: LGPL-2.1-or-later
#include "systemd/unit_dir.h"

#include "base/scope_exit.h"
#include "base/unique_fd.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <string_view>
#include <unordered_map>

namespace caisson {
namespace {

// No unit has such a name, and systemd ignores hidden files, should one be left by a crash.
constexpr const char* temporary_name = ".caisson-generator";

Result<void> write_all(int fd, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return sys_error("write");
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> write_file(int directory, const std::string& name, const OutputFile& file) {
    const mode_t mode = file.kind == OutputFile::Kind::Plan ? 0600 : 0644;
    constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW;
    UniqueFd fd(::openat(directory, temporary_name, flags, mode));
    if (!fd)
        return sys_error("create");
    ScopeExit remove([&] { (void)::unlinkat(directory, temporary_name, 0); });
    TRY(write_all(fd.get(), file.content));
    if (::renameat(directory, temporary_name, directory, name.c_str()) < 0)
        return sys_error("rename");
    remove.dismiss();
    return {};
}

Result<void> write_link(int directory, const std::string& name, const OutputFile& file) {
    if (::symlinkat(file.content.c_str(), directory, name.c_str()) == 0)
        return {};
    if (errno != EEXIST)
        return sys_error("link");
    (void)::unlinkat(directory, temporary_name, 0);
    if (::symlinkat(file.content.c_str(), directory, temporary_name) < 0)
        return sys_error("link");
    if (::renameat(directory, temporary_name, directory, name.c_str()) < 0)
        return sys_error("rename");
    return {};
}

Result<UniqueFd> open_directory(int parent, const char* name) {
    UniqueFd fd(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd)
        return sys_error("open directory");
    return fd;
}

// The directories below the output, each opened once.
class Directories {
public:
    explicit Directories(UniqueFd top) : top_(std::move(top)) {}

    Result<int> find(const std::string& path) {
        if (path.empty())
            return top_.get();
        if (const auto known = opened_.find(path); known != opened_.end())
            return known->second.get();
        if (::mkdirat(top_.get(), path.c_str(), 0755) < 0 && errno != EEXIST)
            return sys_error("create directory");
        UniqueFd fd = TRY(open_directory(top_.get(), path.c_str()));
        return opened_.emplace(path, std::move(fd)).first->second.get();
    }

private:
    UniqueFd top_;
    std::unordered_map<std::string, UniqueFd> opened_;
};

Result<void> write_output(Directories& directories, const OutputFile& file) {
    const std::size_t slash = file.path.rfind('/');
    const std::string parent = slash == std::string::npos ? "" : file.path.substr(0, slash);
    const std::string name = slash == std::string::npos ? file.path : file.path.substr(slash + 1);
    const int directory = TRY(directories.find(parent));
    if (file.kind == OutputFile::Kind::Link)
        return write_link(directory, name, file);
    return write_file(directory, name, file);
}

}  // namespace

Result<void> write_units(const std::string& directory, const std::vector<OutputFile>& files) {
    Result<UniqueFd> top = open_directory(AT_FDCWD, directory.c_str());
    if (!top)
        return std::move(top.error()).within(directory);
    Directories directories(std::move(*top));
    for (const OutputFile& file : files)
        if (Result<void> written = write_output(directories, file); !written)
            return std::move(written.error()).within(directory + "/" + file.path);
    return {};
}

}  // namespace caisson
