// SPDX-License-Identifier: LGPL-2.1-or-later
#include "runtime/isolation.h"

#include <fcntl.h>
#include <linux/keyctl.h>
#include <linux/magic.h>
#include <linux/sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/text.h"
#include "core/plan_words.h"
#include "core/pod.h"
#include "kernel/files.h"
#include "kernel/syscalls.h"
#include "runtime/process_stat.h"
#include "store/pods.h"
#include "store/state.h"

namespace caisson {
namespace {

struct Row {
    Namespace Namespaces::*field;
    NamespaceKind kind;
};

// The PID namespace last: what is opened below /proc until then is the host's.
constexpr Row rows[] = {
    {&Namespaces::network, {"net", CLONE_NEWNET}},
    {&Namespaces::uts, {"uts", CLONE_NEWUTS}},
    {&Namespaces::ipc, {"ipc", CLONE_NEWIPC}},
    {&Namespaces::cgroup, {"cgroup", CLONE_NEWCGROUP}},
    {&Namespaces::time, {"time", CLONE_NEWTIME}},
    {&Namespaces::pid, {"pid", CLONE_NEWPID}},
};

// A pidfd of the first process of another container.
Result<UniqueFd> open_container(const std::string& name) {
    const std::optional<State> state = TRY(load_state(name));
    if (!state)
        return plain_error("container " + name + ": not running");
    UniqueFd pidfd(sys_pidfd_open(state->pid));
    const Result<std::uint64_t> start_time = process_start_time(state->pid);
    if (!pidfd || !start_time || *start_time != state->start_time)
        return plain_error("container " + name + ": not running");
    return pidfd;
}

// No process is in it but those of members: systemd keeps it for the pod's service.
Result<UniqueFd> open_of_pod(const NamespaceKind& kind, const std::string& name) {
    const std::optional<PodNamespaces> namespaces = TRY(load_pod(name));
    if (!namespaces)
        return plain_error("pod " + name + ": not running; systemctl start " + pod_service(name));
    const std::string way = "; systemctl restart " + pod_service(name);
    const auto inode = namespaces->find(kind.file);
    if (inode == namespaces->end())
        return plain_error("pod " + name + ": started without it" + way);
    UniqueFd file = TRY(find_kept_namespace(kind, inode->second));
    if (!file)
        return plain_error("pod " + name + ": systemd does not keep it any more" + way);
    return file;
}

Result<UniqueFd> open_target(const NamespaceKind& kind, const Namespace& target) {
    if (target.mode == NamespaceMode::Container)
        return open_container(target.target);
    if (target.mode == NamespaceMode::Pod)
        return open_of_pod(kind, target.target);
    return open_namespace(target.target);
}

Result<void> join(Joined& joined, const Row& row, const Namespace& target) {
    const UniqueFd fd = TRY(open_target(row.kind, target));
    if (Result<void> done = joined.join(row.kind, fd.get()); !done)
        return std::move(done.error()).within(target.target);
    return {};
}

// A file below /proc of the container, on the procfs itself and nothing mounted over it (R10).
Result<UniqueFd> open_proc_file(int root, const std::string& path) {
    UniqueFd file = TRY(open_without_links(root, path, O_WRONLY));
    TRY(check_file_system(file.get(), PROC_SUPER_MAGIC, path));
    return file;
}

Result<void> write_proc_file(int root, const std::string& path, const std::string& text) {
    const UniqueFd file = TRY(open_proc_file(root, path));
    return write_all(file.get(), text, path);
}

Result<void> set_sysctl(int root, const std::string& path, const std::string& value) {
    // The root of a user namespace may call this, but not write the file.
    if (path == "kernel/domainname") {
        if (::setdomainname(value.c_str(), value.size()) < 0)
            return sys_error("set");
        return {};
    }
    return write_proc_file(root, "/proc/sys/" + path, value);
}

// By number, since "self" is a link. The caller may have a PID namespace, and /proc is of it.
std::string own_attribute(const char* name) {
    return "/proc/" + std::to_string(::getpid()) + "/attr/" + name;
}

bool has_module(const char* path) {
    return ::access(path, F_OK) == 0;
}

}  // namespace

Result<void> check_security_modules(const Plan& plan) {
    const SecurityLabels& labels = plan.security_labels;
    if (!labels.apparmor_profile.empty() && !has_module("/sys/kernel/security/apparmor/profiles"))
        return plain_error("apparmor_profile: this kernel runs without AppArmor");
    const bool wants_selinux = !labels.selinux_label.empty() || !labels.selinux_mount_label.empty();
    if (wants_selinux && !has_module("/sys/fs/selinux/enforce"))
        return plain_error("selinux_label: this kernel runs without SELinux");
    return {};
}

Result<Joined> join_namespaces(const Plan& plan) {
    Joined joined;
    for (const Row& row : rows) {
        const Namespace& target = plan.namespaces.*row.field;
        const bool is_others =
            target.mode != NamespaceMode::Private && target.mode != NamespaceMode::Host;
        Result<void> done = is_others ? join(joined, row, target) : Result<void>();
        // Its offsets cannot be set any more once a process is in it.
        if (row.kind.flag == CLONE_NEWTIME && target.mode == NamespaceMode::Private)
            done = joined.make_time_namespace(plan.time_offsets);
        if (!done)
            return std::move(done.error()).within(std::string("namespace ") + row.kind.file);
    }
    return joined;
}

std::uint64_t new_namespaces(const Plan& plan) {
    std::uint64_t flags = CLONE_NEWNS;
    if (plan.user_namespace.mode != UserNamespaceMode::Host)
        flags |= CLONE_NEWUSER;
    for (const Row& row : rows)
        if ((plan.namespaces.*row.field).mode == NamespaceMode::Private &&
            row.kind.flag != CLONE_NEWTIME && row.kind.flag != CLONE_NEWCGROUP)
            flags |= static_cast<std::uint64_t>(row.kind.flag);
    return flags;
}

Result<void> set_limits(pid_t pid, const Plan& plan) {
    constexpr std::pair<const char*, __rlimit_resource> resources[] = {
        {"RLIMIT_AS", RLIMIT_AS},
        {"RLIMIT_CORE", RLIMIT_CORE},
        {"RLIMIT_CPU", RLIMIT_CPU},
        {"RLIMIT_DATA", RLIMIT_DATA},
        {"RLIMIT_FSIZE", RLIMIT_FSIZE},
        {"RLIMIT_LOCKS", __RLIMIT_LOCKS},
        {"RLIMIT_MEMLOCK", __RLIMIT_MEMLOCK},
        {"RLIMIT_MSGQUEUE", __RLIMIT_MSGQUEUE},
        {"RLIMIT_NICE", __RLIMIT_NICE},
        {"RLIMIT_NOFILE", RLIMIT_NOFILE},
        {"RLIMIT_NPROC", __RLIMIT_NPROC},
        {"RLIMIT_RSS", __RLIMIT_RSS},
        {"RLIMIT_RTPRIO", __RLIMIT_RTPRIO},
        {"RLIMIT_RTTIME", __RLIMIT_RTTIME},
        {"RLIMIT_SIGPENDING", __RLIMIT_SIGPENDING},
        {"RLIMIT_STACK", RLIMIT_STACK},
    };
    for (const ResourceLimit& limit : plan.limits)
        for (const auto& [name, resource] : resources) {
            const rlimit value{.rlim_cur = limit.soft, .rlim_max = limit.hard};
            if (limit.name == name && ::prlimit(pid, resource, &value, nullptr) < 0)
                return sys_error("set", limit.name);
        }
    return {};
}

Result<void> delegate_cgroup(int cgroup, const IdRange& range) {
    constexpr const char* list = "/sys/kernel/cgroup/delegate";
    const UniqueFd file = TRY(open_path(list, O_RDONLY));
    const std::string names = TRY(read_file(file.get(), 4096, list));
    if (::fchown(cgroup, range.base, range.base) < 0)
        return sys_error("give away the cgroup");
    for (const std::string_view name : split(names, '\n')) {
        // Those of controllers that the cgroup lacks are not there.
        if (!name.empty() &&
            ::fchownat(cgroup, std::string(name).c_str(), range.base, range.base,
                       AT_SYMLINK_NOFOLLOW) < 0 &&
            errno != ENOENT)
            return sys_error("give away the cgroup's", name);
    }
    return {};
}

Result<void> set_sysctls(int root, const Plan& plan) {
    for (const auto& [path, value] : plan.sysctls) {
        if (Result<void> done = set_sysctl(root, path, value); !done)
            return std::move(done.error()).within("sysctl " + path);
    }
    return {};
}

Result<void> set_exec_labels(int root, const Plan& plan) {
    const SecurityLabels& labels = plan.security_labels;
    if (!labels.apparmor_profile.empty()) {
        Result<void> done = write_proc_file(root, own_attribute("apparmor/exec"),
                                            "exec " + labels.apparmor_profile);
        if (!done)
            return std::move(done.error()).within("apparmor_profile " + labels.apparmor_profile);
    }
    if (!labels.selinux_label.empty()) {
        Result<void> done = write_proc_file(root, own_attribute("exec"), labels.selinux_label);
        if (!done)
            return std::move(done.error()).within("selinux_label " + labels.selinux_label);
    }
    return {};
}

Result<void> join_new_session_keyring() {
    // A kernel without keys has none to protect.
    if (::syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr) < 0 && errno != ENOSYS)
        return sys_error("join a new session keyring");
    return {};
}

}  // namespace caisson
