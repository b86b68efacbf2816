// SPDX-License-Identifier: LGPL-2.1-or-later
// Files by descriptor: the host's by path, the container's only below an open root, since every
// name inside a container is the attacker's.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace caisson {

// A host path, O_CLOEXEC added. Links are followed: the administrator names it.
Result<UniqueFd> open_path(const std::string& path, int flags, mode_t mode = 0);

// Below `root`, as if it were "/": links and ".." cannot leave it, magic links are refused
// (openat2(2), RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS). Retries EAGAIN, which a concurrent rename
// causes.
Result<UniqueFd> open_in_root(int root, std::string_view path, int flags);

// The same, and no component may be a link at all: for /proc, /sys and /dev (R7).
Result<UniqueFd> open_without_links(int root, std::string_view path, int flags);

// Opens the directory `path` below `root`, O_PATH, making what is missing of it (0755).
Result<UniqueFd> make_directory(int root, std::string_view path);

// Opens the file `path` below `root`, O_PATH, made empty (0644) if it is missing.
Result<UniqueFd> make_file(int root, std::string_view path);

// At most `limit` bytes of a regular file; a larger file is an error.
Result<std::string> read_file(int fd, std::size_t limit, std::string_view name);
Result<void> write_all(int fd, std::string_view text, std::string_view name);

// A file of the container as text; "" when there is none. Only regular files are read.
Result<std::string> read_in_root(int root, std::string_view path, std::size_t limit);

// Removes the directory `name` below `directory`, with all that is in it, however deep, without
// following links. A mount in it is an error (EBUSY). No error when there is none.
Result<void> remove_tree(int directory, const std::string& name);

// "/proc/self/fd/N", for interfaces that take only paths.
std::string descriptor_path(int fd);

// The names in a directory but "." and "..", sorted.
Result<std::vector<std::string>> list_directory(UniqueFd directory, std::string_view name);

// Fails unless the file is of the file system of that type, statfs(2): "/proc" may be anything.
Result<void> check_file_system(int fd, long type, std::string_view name);

}  // namespace caisson
