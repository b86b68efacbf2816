// SPDX-License-Identifier: LGPL-2.1-or-later
#include "systemd/unit_dir.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>

#include "base/parallel.h"
#include "base/scope_exit.h"
#include "base/unique_fd.h"

namespace caisson {
namespace {

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

std::string_view directory_of(const OutputFile& file) {
    const std::size_t slash = file.path.rfind('/');
    return slash == std::string::npos ? std::string_view()
                                      : std::string_view(file.path).substr(0, slash);
}

Result<void> make_directory(int top, std::string_view directory) {
    if (::mkdirat(top, std::string(directory).c_str(), 0755) < 0 && errno != EEXIST)
        return sys_error("create directory");
    return {};
}

mode_t mode_of(const OutputFile& file) {
    return file.kind == OutputFile::Kind::Plan ? 0600 : 0644;
}

// A file without a name that is given its own: the cheapest way to be whole or absent, and a crash
// leaves nothing. False where that cannot be done: for a name that is taken, in a file system
// without such files, without CAP_DAC_READ_SEARCH before Linux 6.10.
Result<bool> write_unnamed(int top, const OutputFile& file) {
    const UniqueFd fd(::openat(top, ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, mode_of(file)));
    if (!fd)
        return false;
    TRY(write_all(fd.get(), file.content));
    return ::linkat(fd.get(), "", top, file.path.c_str(), AT_EMPTY_PATH) == 0;
}

Result<UniqueFd> create(int top, const std::string& name, mode_t mode) {
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    UniqueFd fd(::openat(top, name.c_str(), flags, mode));
    if (!fd && errno == EEXIST) {
        // Left by a crash. Its mode may be another.
        (void)::unlinkat(top, name.c_str(), 0);
        fd.reset(::openat(top, name.c_str(), flags, mode));
    }
    if (!fd)
        return sys_error("create");
    return fd;
}

// Written in the top directory and renamed to its place: what is created there has the right name,
// or none, at every moment.
Result<void> write_and_rename(int top, const OutputFile& file, const std::string& temporary) {
    const UniqueFd fd = TRY(create(top, temporary, mode_of(file)));
    ScopeExit remove([&] { (void)::unlinkat(top, temporary.c_str(), 0); });
    TRY(write_all(fd.get(), file.content));
    if (::renameat(top, temporary.c_str(), top, file.path.c_str()) < 0)
        return sys_error("rename");
    remove.dismiss();
    return {};
}

Result<void> write_link(int top, const OutputFile& file, const std::string& temporary) {
    if (::symlinkat(file.content.c_str(), top, file.path.c_str()) == 0)
        return {};
    if (errno != EEXIST)
        return sys_error("link");
    (void)::unlinkat(top, temporary.c_str(), 0);
    if (::symlinkat(file.content.c_str(), top, temporary.c_str()) < 0)
        return sys_error("link");
    if (::renameat(top, temporary.c_str(), top, file.path.c_str()) < 0)
        return sys_error("rename");
    return {};
}

Result<void> write_output(int top, const OutputFile& file, std::size_t index) {
    if (file.kind != OutputFile::Kind::Link) {
        const bool is_written = TRY(write_unnamed(top, file));
        if (is_written)
            return {};
    }
    // No unit has such a name, and systemd ignores hidden files, should one be left by a crash.
    const std::string temporary = ".caisson-generator-" + std::to_string(index);
    return file.kind == OutputFile::Kind::Link ? write_link(top, file, temporary)
                                               : write_and_rename(top, file, temporary);
}

// Threads that stop at a failure. The one that is reported is that of the first file, in the order
// of the list, as if they had been written one after the other.
class Progress {
public:
    explicit Progress(const std::vector<OutputFile>& files) : files_(files), end_(files.size()) {}

    void for_each(const std::function<Result<void>(std::size_t)>& work) {
        parallel_for(files_.size(), [&](std::size_t i) {
            if (i < end_)
                if (Result<void> done = work(i); !done)
                    fail(i, std::move(done.error()));
        });
    }

    Result<void> result(const std::string& directory) && {
        if (!error_)
            return {};
        return std::move(*error_).within(directory + "/" + files_[end_].path);
    }

private:
    void fail(std::size_t index, Error error) {
        const std::scoped_lock lock(mutex_);
        if (index < end_) {
            end_ = index;
            error_ = std::move(error);
        }
    }

    const std::vector<OutputFile>& files_;
    std::atomic<std::size_t> end_;  // nothing is done from here on
    std::mutex mutex_;
    std::optional<Error> error_;
};

}  // namespace

Result<void> write_units(const std::string& directory, const std::vector<OutputFile>& files) {
    const UniqueFd top(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!top)
        return sys_error("open directory", directory);
    Progress progress(files);
    // The files come sorted, so those of one directory stand together.
    progress.for_each([&](std::size_t i) -> Result<void> {
        const std::string_view own = directory_of(files[i]);
        if (own.empty() || (i > 0 && own == directory_of(files[i - 1])))
            return {};
        return make_directory(top.get(), own);
    });
    progress.for_each(
        [&](std::size_t i) -> Result<void> { return write_output(top.get(), files[i], i); });
    return std::move(progress).result(directory);
}

}  // namespace caisson
