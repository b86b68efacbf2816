// SPDX-License-Identifier: LGPL-2.1-or-later
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "core/planner.h"
#include "kernel/files.h"
#include "kernel/namespaces.h"
#include "kernel/network.h"
#include "runtime/verbs.h"
#include "store/pods.h"
#include "systemd/notify.h"

namespace caisson {
namespace {

constexpr int barrier_timeout_milliseconds = 60 * 1000;

struct Shared {
    std::string_view name;  // in definitions
    NamespaceKind kind;
};

constexpr Shared all_shared[] = {
    {"network", {"net", CLONE_NEWNET}},
    {"uts", {"uts", CLONE_NEWUTS}},
    {"ipc", {"ipc", CLONE_NEWIPC}},
};

Result<std::vector<Shared>> parse_shared(std::string_view text) {
    std::vector<Shared> chosen;
    for (const std::string_view name : split(text, ',')) {
        const auto found = std::find_if(std::begin(all_shared), std::end(all_shared),
                                        [&](const Shared& one) { return one.name == name; });
        if (found == std::end(all_shared))
            return plain_error("no namespace of a pod: \"" + std::string(name) + "\"");
        chosen.push_back(*found);
    }
    return chosen;
}

Result<void> write_sysctl(const std::string& path, std::string_view value) {
    const UniqueFd file = TRY(open_path("/proc/sys/" + path, O_WRONLY));
    return write_all(file.get(), value, path);
}

// It belongs to the host's user namespace, so that no container has a capability over it: what
// CAP_NET_BIND_SERVICE and CAP_NET_RAW would be asked for has to be free instead.
Result<void> set_up_network() {
    TRY(bring_loopback_up());
    TRY(write_sysctl("net/ipv4/ip_unprivileged_port_start", "0"));
    Result<void> ping = write_sysctl("net/ipv4/ping_group_range", "0 2147483647");
    return ping || ping.error().is(ENOENT) ? Result<void>() : std::move(ping);
}

Result<void> set_up(const Shared& one, const std::string& name) {
    if (one.kind.flag == CLONE_NEWNET)
        return set_up_network();
    const std::string hostname = hostname_for(name);
    if (one.kind.flag == CLONE_NEWUTS && ::sethostname(hostname.c_str(), hostname.size()) < 0)
        return sys_error("set the host name", hostname);
    return {};
}

// Replaces what the store has of an earlier run that was restarted.
Result<ino_t> hand_to_systemd(const Shared& one) {
    const UniqueFd own = TRY(open_namespace(std::string("/proc/self/ns/") + one.kind.file));
    struct stat status {};
    if (::fstat(own.get(), &status) < 0)
        return sys_error("stat");
    const std::string name = "\nFDNAME=" + std::string(one.name);
    TRY(notify("FDSTOREREMOVE=1" + name));
    const bool heard = TRY(notify("FDSTORE=1\nFDPOLL=0" + name, own.get()));
    if (!heard)
        return plain_error("no systemd to keep it: $NOTIFY_SOCKET is not set");
    return status.st_ino;
}

Result<void> check_kept(const Shared& one, ino_t inode) {
    const UniqueFd kept = TRY(find_kept_namespace(one.kind, inode));
    return kept ? Result<void>() : plain_error("systemd does not keep it");
}

Result<void> make_namespaces(const std::vector<Shared>& shared, const std::string& name) {
    int flags = 0;
    for (const Shared& one : shared)
        flags |= one.kind.flag;
    if (::unshare(flags) < 0)
        return sys_error("create namespaces");
    PodNamespaces kept;
    for (const Shared& one : shared) {
        Result<void> done = set_up(one, name);
        if (!done)
            return std::move(done.error()).within(std::string("namespace ") + one.kind.file);
        Result<ino_t> inode = hand_to_systemd(one);
        if (!inode)
            return std::move(inode.error()).within(std::string("namespace ") + one.kind.file);
        kept.emplace(one.kind.file, *inode);
    }
    // A message of a process that is gone is nobody's.
    TRY(notify_barrier(barrier_timeout_milliseconds));
    for (const Shared& one : shared) {
        Result<void> done = check_kept(one, kept.find(one.kind.file)->second);
        if (!done)
            return std::move(done.error()).within(std::string("namespace ") + one.kind.file);
    }
    return save_pod(name, kept);
}

}  // namespace

Result<void> make_pod(const std::string& shared, const std::string& name) {
    const std::vector<Shared> chosen = TRY(parse_shared(shared));
    if (Result<void> done = make_namespaces(chosen, name); !done)
        return std::move(done.error()).within("pod " + name);
    return {};
}

Result<void> cleanup_pod(const std::string& name) {
    if (Result<void> done = remove_pod(name); !done)
        return std::move(done.error()).within("pod " + name);
    return {};
}

}  // namespace caisson
