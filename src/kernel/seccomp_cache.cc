// SPDX-License-Identifier: LGPL-2.1-or-later
// Compiled filters as files. Who could write one would decide what containers may do, so that
// directory and files are this process's user's alone, which is root's; the hash in each file tells
// what a crash or a full file system has left of one.
#include <fcntl.h>
#include <seccomp.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "base/scope_exit.h"
#include "kernel/files.h"
#include "kernel/seccomp.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace caisson {
namespace {

// A first line of a file, before the program: this, the hash of name and program, and a newline.
constexpr std::string_view magic = "caisson seccomp 1 ";
constexpr std::size_t hash_length = 32;
constexpr std::size_t header_length = magic.size() + hash_length + 1;
constexpr std::size_t largest_file = header_length + BPF_MAXINSNS * sizeof(sock_filter);

std::string hash_of(std::string_view text) {
    const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
    char digits[hash_length + 1];
    (void)std::snprintf(digits, sizeof digits, "%016llx%016llx",
                        static_cast<unsigned long long>(hash.high64),
                        static_cast<unsigned long long>(hash.low64));
    return digits;
}

// The name of a compiled filter: a hash of all that it depends on.
std::string cache_name(const SeccompProfile& profile) {
    const scmp_version* version = ::seccomp_version();
    std::string key;
    const auto add = [&](auto number) { key.append(std::to_string(number)).append(1, ' '); };
    for (const unsigned part : {version->major, version->minor, version->micro})
        add(part);
    add(::seccomp_arch_native());
    add(static_cast<int>(profile.default_action));
    add(profile.default_errnum);
    add(static_cast<int>(profile.hides_newer_calls));
    add(profile.highest_known_number);
    for (const SyscallRule& rule : profile.rules) {
        key += '\n';
        add(static_cast<int>(rule.action));
        add(rule.errnum);
        for (const ArgumentTest& test : rule.arguments) {
            key += "if ";
            add(test.index);
            add(static_cast<int>(test.comparison));
            add(test.value);
            add(test.mask);
        }
        for (const Syscall& syscall : rule.syscalls) {
            add(syscall.name.size());
            key += syscall.name;
            add(syscall.number);
        }
    }
    return hash_of(key);
}

// With the name in it, no file passes for another one.
std::string hash_of(std::string_view name, std::string_view program) {
    return hash_of(std::string(name).append(1, '\n').append(program));
}

Result<void> check_owner(int fd, std::string_view name, mode_t forbidden) {
    struct stat status {};
    if (::fstat(fd, &status) < 0)
        return sys_error("stat", name);
    if (status.st_uid != ::geteuid() || (status.st_mode & forbidden) != 0)
        return plain_error(std::string(name) + ": not root's alone; refused as a filter's cache");
    return {};
}

Result<SeccompFilter> read_filter_at(int directory, const std::string& name) {
    const UniqueFd file(
        ::openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file)
        return sys_error("open", name);
    TRY(check_owner(file.get(), name, 0077));
    const std::string bytes = TRY(read_file(file.get(), largest_file, name));
    std::string_view program = bytes;
    program.remove_prefix(std::min(header_length, bytes.size()));
    const std::string expected =
        std::string(magic) + hash_of(name.substr(name.rfind('/') + 1), program) + "\n";
    if (program.empty() || program.size() % sizeof(sock_filter) != 0 ||
        !bytes.starts_with(expected))
        return plain_error(name + ": not what was written");
    SeccompFilter filter(program.size() / sizeof(sock_filter));
    std::memcpy(filter.data(), program.data(), program.size());
    return filter;
}

// Whole or not at all, in place of whatever has that name.
Result<void> save_filter_at(int directory, const std::string& name, const std::string& temporary,
                            const SeccompFilter& filter) {
    (void)::unlinkat(directory, temporary.c_str(), 0);
    const UniqueFd file(::openat(directory, temporary.c_str(),
                                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file)
        return sys_error("create", temporary);
    ScopeExit remove([&] { (void)::unlinkat(directory, temporary.c_str(), 0); });
    const std::string_view program(reinterpret_cast<const char*>(filter.data()),
                                   filter.size() * sizeof(sock_filter));
    std::string bytes(magic);
    bytes.append(hash_of(name.substr(name.rfind('/') + 1), program)).append(1, '\n');
    bytes.append(program);
    TRY(write_all(file.get(), bytes, temporary));
    if (::renameat(directory, temporary.c_str(), directory, name.c_str()) < 0)
        return sys_error("rename to", name);
    remove.dismiss();
    return {};
}

Result<UniqueFd> open_cache(const std::string& path) {
    const std::string parent = path.substr(0, path.rfind('/'));
    for (const std::string& directory : {parent, path})
        if (::mkdir(directory.c_str(), 0700) < 0 && errno != EEXIST)
            return sys_error("create directory", directory);
    UniqueFd directory = TRY(open_path(path, O_PATH | O_DIRECTORY | O_NOFOLLOW));
    TRY(check_owner(directory.get(), path, 0077));
    return directory;
}

}  // namespace

Result<SeccompFilter> load_filter(const SeccompProfile& profile, const std::string& directory) {
    const UniqueFd cache = TRY(open_cache(directory));
    const std::string name = cache_name(profile);
    if (Result<SeccompFilter> cached = read_filter_at(cache.get(), name); cached)
        return cached;
    SeccompFilter filter = TRY(compile_filter(profile));
    (void)save_filter_at(cache.get(), name, name + "." + std::to_string(::getpid()), filter);
    return filter;
}

Result<void> save_filter(const SeccompFilter& filter, const std::string& path) {
    return save_filter_at(AT_FDCWD, path, path + ".new", filter);
}

Result<SeccompFilter> read_filter(const std::string& path) {
    return read_filter_at(AT_FDCWD, path);
}

}  // namespace caisson
