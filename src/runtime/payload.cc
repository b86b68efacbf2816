// SPDX-License-Identifier: LGPL-2.1-or-later
#include "runtime/payload.h"

#include <linux/sched.h>
#include <sched.h>
#include <sys/stat.h>

#include <string>

#include "kernel/cgroup.h"
#include "kernel/namespaces.h"
#include "kernel/syscalls.h"
#include "runtime/process_stat.h"

namespace caisson {
namespace {

constexpr NamespaceKind kinds[] = {
    {"user", CLONE_NEWUSER}, {"cgroup", CLONE_NEWCGROUP}, {"ipc", CLONE_NEWIPC},
    {"uts", CLONE_NEWUTS},   {"net", CLONE_NEWNET},       {"mnt", CLONE_NEWNS},
    {"pid", CLONE_NEWPID},   {"time", CLONE_NEWTIME},
};

// The user namespace that the caller is in already cannot be entered (setns(2)).
Result<int> other_namespaces(const std::string& process) {
    int flags = 0;
    for (const NamespaceKind& kind : kinds) {
        struct stat own {};
        struct stat other {};
        const std::string file = std::string("/ns/") + kind.file;
        // A kernel need not have all of them.
        if (::stat(("/proc/self" + file).c_str(), &own) < 0 && errno == ENOENT)
            continue;
        if (::stat((process + file).c_str(), &other) < 0)
            return sys_error("stat", process + file);
        if (own.st_dev != other.st_dev || own.st_ino != other.st_ino)
            flags |= kind.flag;
    }
    return flags;
}

Result<ResourceLimits> limits_of(pid_t pid) {
    ResourceLimits limits{};
    for (int resource = 0; resource < static_cast<int>(limits.size()); ++resource) {
        if (::prlimit(pid, static_cast<__rlimit_resource>(resource), nullptr,
                      &limits[static_cast<std::size_t>(resource)]) < 0)
            return sys_error("read the container's resource limits");
    }
    return limits;
}

}  // namespace

Result<Payload> open_payload(const State& state) {
    Payload payload;
    payload.pidfd.reset(sys_pidfd_open(state.pid));
    if (!payload.pidfd && errno == ESRCH)
        return plain_error("not running");
    if (!payload.pidfd)
        return sys_error("open process", std::to_string(state.pid));
    const std::uint64_t start_time = TRY(process_start_time(state.pid));
    if (start_time != state.start_time)
        return plain_error("not running");
    payload.namespaces = TRY(other_namespaces("/proc/" + std::to_string(state.pid)));
    payload.limits = TRY(limits_of(state.pid));
    const std::string cgroup = TRY(cgroup_of(state.pid));
    payload.cgroup = TRY(open_cgroup(cgroup));
    // As long as the process is there, its number is no other's: all of the above was its own.
    if (sys_pidfd_send_signal(payload.pidfd.get(), 0) < 0)
        return plain_error("not running");
    return payload;
}

Result<void> apply_limits(const ResourceLimits& limits) {
    for (std::size_t resource = 0; resource < limits.size(); ++resource) {
        if (::setrlimit(static_cast<__rlimit_resource>(resource), &limits[resource]) < 0)
            return sys_error("set the container's resource limits");
    }
    return {};
}

}  // namespace caisson
