// SPDX-License-Identifier: LGPL-2.1-or-later
#include "store/whole_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "base/scope_exit.h"
#include "base/unique_fd.h"

namespace caisson {
namespace {

// One runtime at a time works on a name, so that its temporary file needs no random one and an
// interrupted save leaves at most this one. No name starts with a dot.
std::string temporary_path(std::string_view name, const std::string& directory) {
    return directory + "/." + std::string(name) + ".new";
}

Result<void> make_directory(const std::string& directory) {
    const std::string parent = directory.substr(0, directory.rfind('/'));
    if (::mkdir(parent.c_str(), 0755) < 0 && errno != EEXIST)
        return sys_error("create", parent);
    if (::mkdir(directory.c_str(), 0700) < 0 && errno != EEXIST)
        return sys_error("create", directory);
    return {};
}

Result<void> write_all(int fd, std::string_view text, const std::string& path) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return sys_error("write", path);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<std::string> read_all(int fd, const std::string& path) {
    std::string text;
    std::array<char, 4096> buffer;
    for (;;) {
        const ssize_t count = ::read(fd, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return sys_error("read", path);
        if (count == 0)
            return text;
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

Result<void> remove_path(const std::string& path) {
    if (::unlink(path.c_str()) < 0 && errno != ENOENT)
        return sys_error("remove", path);
    return {};
}

}  // namespace

Result<std::string> file_of(std::string_view name, std::string_view suffix,
                            const std::string& directory) {
    if (name.empty() || name.front() == '.' || name.find('/') != std::string_view::npos)
        return plain_error("no name: \"" + std::string(name) + "\"");
    return directory + "/" + std::string(name) + std::string(suffix);
}

Result<void> save_file(std::string_view name, std::string_view suffix, std::string_view text,
                       const std::string& directory) {
    const std::string path = TRY(file_of(name, suffix, directory));
    TRY(make_directory(directory));
    const std::string temporary = temporary_path(name, directory);
    const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
    const UniqueFd fd(::open(temporary.c_str(), flags, 0600));
    if (!fd)
        return sys_error("create", temporary);
    ScopeExit take_back([&] { (void)::unlink(temporary.c_str()); });
    TRY(write_all(fd.get(), text, temporary));
    if (::rename(temporary.c_str(), path.c_str()) < 0)
        return sys_error("rename to", path);
    take_back.dismiss();
    return {};
}

Result<std::optional<std::string>> load_file(const std::string& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd && errno == ENOENT)
        return std::optional<std::string>();
    if (!fd)
        return sys_error("open", path);
    std::string text = TRY(read_all(fd.get(), path));
    return std::optional<std::string>(std::move(text));
}

Result<void> remove_file(std::string_view name, std::string_view suffix,
                         const std::string& directory) {
    const std::string path = TRY(file_of(name, suffix, directory));
    TRY(remove_path(path));
    return remove_path(temporary_path(name, directory));
}

}  // namespace caisson
