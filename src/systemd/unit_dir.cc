// SPDX-License-Identifier: LGPL-2.1-or-later
#include "systemd/unit_dir.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string_view>

#include "base/scope_exit.h"
#include "base/unique_fd.h"

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

// Everything is written in the top directory and renamed to its place: what is created there has
// the right name, or none, at every moment.
Result<void> write_file(int top, const OutputFile& file) {
    const mode_t mode = file.kind == OutputFile::Kind::Plan ? 0600 : 0644;
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    UniqueFd fd(::openat(top, temporary_name, flags, mode));
    if (!fd && errno == EEXIST) {
        // Left by a crash. Its mode may be another.
        (void)::unlinkat(top, temporary_name, 0);
        fd.reset(::openat(top, temporary_name, flags, mode));
    }
    if (!fd)
        return sys_error("create");
    ScopeExit remove([&] { (void)::unlinkat(top, temporary_name, 0); });
    TRY(write_all(fd.get(), file.content));
    if (::renameat(top, temporary_name, top, file.path.c_str()) < 0)
        return sys_error("rename");
    remove.dismiss();
    return {};
}

Result<void> write_link(int top, const OutputFile& file) {
    if (::symlinkat(file.content.c_str(), top, file.path.c_str()) == 0)
        return {};
    if (errno != EEXIST)
        return sys_error("link");
    (void)::unlinkat(top, temporary_name, 0);
    if (::symlinkat(file.content.c_str(), top, temporary_name) < 0)
        return sys_error("link");
    if (::renameat(top, temporary_name, top, file.path.c_str()) < 0)
        return sys_error("rename");
    return {};
}

// The files come sorted, so those of one directory stand together.
Result<void> write_output(int top, const OutputFile& file, std::string& directory) {
    const std::size_t slash = file.path.rfind('/');
    if (slash != std::string::npos && file.path.compare(0, slash, directory) != 0) {
        directory = file.path.substr(0, slash);
        if (::mkdirat(top, directory.c_str(), 0755) < 0 && errno != EEXIST)
            return sys_error("create directory");
    }
    if (file.kind == OutputFile::Kind::Link)
        return write_link(top, file);
    return write_file(top, file);
}

}  // namespace

Result<void> write_units(const std::string& directory, const std::vector<OutputFile>& files) {
    const UniqueFd top(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!top)
        return sys_error("open directory", directory);
    std::string made;
    for (const OutputFile& file : files)
        if (Result<void> written = write_output(top.get(), file, made); !written)
            return std::move(written.error()).within(directory + "/" + file.path);
    return {};
}

}  // namespace caisson
