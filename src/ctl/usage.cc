// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ctl/usage.h"

#include <fcntl.h>

#include <array>
#include <vector>

#include "base/text.h"

namespace caisson {
namespace {

std::string read_file(int directory, const char* name) {
    const UniqueFd fd(::openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    std::array<char, 4096> buffer;
    std::string text;
    for (ssize_t count = 0; fd && (count = ::read(fd.get(), buffer.data(), buffer.size())) > 0;)
        text.append(buffer.data(), static_cast<std::size_t>(count));
    return text;
}

std::optional<std::uint64_t> read_number(int directory, const char* name) {
    return parse_integer<std::uint64_t>(trim(read_file(directory, name)));  // "max" is none
}

std::optional<std::uint64_t> read_cpu(int directory) {
    const std::string text = read_file(directory, "cpu.stat");
    for (std::string_view line : split(text, '\n')) {
        if (consume_prefix(line, "usage_usec "))
            return parse_integer<std::uint64_t>(line);
    }
    return std::nullopt;
}

// "-" at the end of a prefix would be an empty name: systemd has no such slices.
std::string slice_path(std::string_view slice) {
    if (slice == "-.slice")
        return {};
    std::string path;
    for (std::size_t dash = slice.find('-'); dash != slice.npos; dash = slice.find('-', dash + 1))
        path.append(slice.substr(0, dash)).append(".slice/");
    return path.append(slice).append("/");
}

UniqueFd open_group(int root, const std::string& group) {
    const int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
    UniqueFd fd(::openat(root, group.c_str(), flags));
    if (fd)
        return fd;
    // systemd puts "_" before names that could be files of the kernel's, "memory.service".
    std::string escaped = group;
    escaped.insert(escaped.rfind('/') + 1, 1, '_');
    return UniqueFd(::openat(root, escaped.c_str(), flags));
}

}  // namespace

std::string control_group(std::string_view slice, std::string_view unit) {
    return slice_path(slice).append(unit);
}

std::string find_cgroup2(std::string_view mountinfo) {
    for (const std::string_view line : split(mountinfo, '\n')) {
        const std::size_t separator = line.find(" - cgroup2 ");
        if (separator == line.npos)
            continue;
        const std::vector<std::string_view> fields = split(line.substr(0, separator), ' ');
        if (fields.size() > 4)
            return std::string(fields[4]);
    }
    return {};
}

UniqueFd open_cgroup_root() {
    const std::string mount = find_cgroup2(read_file(AT_FDCWD, "/proc/self/mountinfo"));
    if (mount.empty())
        return UniqueFd();
    return UniqueFd(::open(mount.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

Usage read_usage(int cgroup_root, const std::string& group) {
    Usage usage;
    const UniqueFd directory = open_group(cgroup_root, group);
    if (!directory)
        return usage;
    usage.memory = read_number(directory.get(), "memory.current");
    usage.memory_max = read_number(directory.get(), "memory.max");
    usage.cpu_usec = read_cpu(directory.get());
    usage.tasks = read_number(directory.get(), "pids.current");
    usage.tasks_max = read_number(directory.get(), "pids.max");
    return usage;
}

}  // namespace caisson
