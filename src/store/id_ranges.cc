// SPDX-License-Identifier: LGPL-2.1-or-later
#include "store/id_ranges.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <string_view>

#include "base/text.h"
#include "base/unique_fd.h"

namespace caisson {
namespace {

constexpr std::uint32_t range_count = (last_id_range - first_id_range) / id_range_size + 1;

Result<UniqueFd> open_directory(const std::string& path) {
    UniqueFd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!directory)
        return sys_error("open", path);
    return directory;
}

Result<void> make_directory(const std::string& path) {
    if (::mkdir(path.c_str(), 0700) < 0 && errno != EEXIST)
        return sys_error("create directory", path);
    return {};
}

// The target of a link; nothing where there is none.
Result<std::optional<std::string>> read_link(int directory, const std::string& name) {
    char target[256];
    const ssize_t size = ::readlinkat(directory, name.c_str(), target, sizeof target);
    if (size < 0 && errno == ENOENT)
        return std::optional<std::string>();
    if (size < 0)
        return sys_error("read", name);
    return std::optional<std::string>(std::string(target, static_cast<std::size_t>(size)));
}

Result<void> make_link(const std::string& target, int directory, const std::string& name) {
    if (::symlinkat(target.c_str(), directory, name.c_str()) < 0)
        return sys_error("create", name);
    if (::fsync(directory) < 0)
        return sys_error("sync", name);
    return {};
}

Result<std::uint32_t> parse_base(const std::string& text) {
    const std::optional<std::uint32_t> base = parse_integer<std::uint32_t>(text);
    if (!base || *base < first_id_range || *base > last_id_range || *base % id_range_size != 0)
        return plain_error("\"" + text + "\" is no range");
    return *base;
}

// FNV-1a: the same on every machine and at every start.
std::uint64_t hash_of(std::string_view name) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : name)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

Result<std::uint32_t> claim(const std::string& name, const IsFree& is_free, int by_base) {
    for (std::uint32_t i = 0; i < range_count; ++i) {
        const auto slot = static_cast<std::uint32_t>((hash_of(name) + i) % range_count);
        const std::uint32_t base = first_id_range + slot * id_range_size;
        const std::string link = std::to_string(base);
        const std::optional<std::string> owner = TRY(read_link(by_base, link));
        if (owner == name)  // a crash came before by-name
            return base;
        if (owner || !is_free(base))
            continue;
        TRY(make_link(name, by_base, link));
        return base;
    }
    return plain_error("all ranges are taken");
}

Result<std::uint32_t> find_or_claim(const std::string& name, const IsFree& is_free,
                                    const std::string& directory) {
    const std::string names = directory + "/by-name";
    if (Result<UniqueFd> by_name = open_directory(names)) {
        const std::optional<std::string> base = TRY(read_link(by_name->get(), name));
        if (base)
            return parse_base(*base);
    } else if (!by_name.error().is(ENOENT)) {
        return std::move(by_name.error());
    }
    for (const std::string& path : {directory, names, directory + "/by-base"})
        TRY(make_directory(path));
    const UniqueFd by_name = TRY(open_directory(names));
    const UniqueFd by_base = TRY(open_directory(directory + "/by-base"));
    while (::flock(by_base.get(), LOCK_EX) < 0)
        if (errno != EINTR)
            return sys_error("lock", directory);
    // Somebody may have come before.
    const std::optional<std::string> known = TRY(read_link(by_name.get(), name));
    if (known)
        return parse_base(*known);
    const std::uint32_t base = TRY(claim(name, is_free, by_base.get()));
    TRY(make_link(std::to_string(base), by_name.get(), name));
    return base;
}

}  // namespace

Result<std::uint32_t> id_range_of(const std::string& name, const IsFree& is_free,
                                  const std::string& directory) {
    Result<std::uint32_t> base = find_or_claim(name, is_free, directory);
    if (!base)
        return std::move(base.error()).within("range of ids for " + name + " in " + directory);
    return base;
}

}  // namespace caisson
