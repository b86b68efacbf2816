// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernel/cgroup.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/text.h"
#include "kernel/files.h"

namespace caisson {

Result<std::string> cgroup_of(pid_t process) {
    const std::string file =
        "/proc/" + (process == 0 ? std::string("self") : std::to_string(process)) + "/cgroup";
    const UniqueFd fd = TRY(open_path(file, O_RDONLY));
    const std::string text = TRY(read_file(fd.get(), 1024 * 1024, file));
    // Where version 1 hierarchies are mounted too, they have lines of their own.
    for (std::string_view line : split(text, '\n')) {
        if (consume_prefix(line, "0::"))
            return std::string(line);
    }
    return plain_error(file + ": no unified cgroup hierarchy; Caisson needs cgroup v2");
}

Result<UniqueFd> open_cgroup(const std::string& path) {
    UniqueFd fd = TRY(open_path("/sys/fs/cgroup" + path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
    struct statfs status {};
    if (::fstatfs(fd.get(), &status) < 0)
        return sys_error("stat cgroup", path);
    if (status.f_type != CGROUP2_SUPER_MAGIC)
        return plain_error("/sys/fs/cgroup is not the unified hierarchy; Caisson needs cgroup v2 "
                           "(systemd.unified_cgroup_hierarchy=1)");
    return fd;
}

Result<std::uint64_t> count_memory_kills(int cgroup) {
    const UniqueFd file(::openat(cgroup, "memory.events", O_RDONLY | O_CLOEXEC));
    if (!file && errno == ENOENT)
        return std::uint64_t{0};
    if (!file)
        return sys_error("open", "memory.events");
    const std::string text = TRY(read_file(file.get(), 4096, "memory.events"));
    for (std::string_view line : split(text, '\n')) {
        if (consume_prefix(line, "oom_kill "))
            return parse_integer<std::uint64_t>(line).value_or(0);
    }
    return std::uint64_t{0};
}

Result<UniqueFd> make_child_cgroup(int cgroup, const std::string& name) {
    if (::mkdirat(cgroup, name.c_str(), 0755) < 0 && errno != EEXIST)
        return sys_error("create cgroup", name);
    UniqueFd child(::openat(cgroup, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!child)
        return sys_error("open cgroup", name);
    return child;
}

}  // namespace caisson
