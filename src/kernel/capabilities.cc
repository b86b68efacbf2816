// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernel/capabilities.h"

#include <grp.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "base/scope_exit.h"

namespace caisson {
namespace {

using Capabilities = std::unique_ptr<std::remove_pointer_t<cap_t>, Releases<::cap_free>>;

Result<std::vector<cap_value_t>> numbers(const std::vector<std::string>& names) {
    std::vector<cap_value_t> values;
    for (const std::string& name : names) {
        cap_value_t value = 0;
        if (::cap_from_name(name.c_str(), &value) < 0)
            return plain_error("capability " + name + ": unknown to this system");
        values.push_back(value);
    }
    return values;
}

Result<void> limit_bounding_set(const std::vector<cap_value_t>& keep) {
    // To the last one that the kernel has, which may be newer than the library's.
    for (int capability = 0;; ++capability) {
        const int present = ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0);
        if (present < 0)
            return {};
        if (present == 1 && std::find(keep.begin(), keep.end(), capability) == keep.end() &&
            ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0)
            return sys_error("drop from the bounding set capability", std::to_string(capability));
    }
}

Result<void> set_sets(const std::vector<cap_value_t>& values) {
    const Capabilities sets(::cap_init());
    if (!sets)
        return sys_error("prepare capabilities");
    const int count = static_cast<int>(values.size());
    if (count > 0 &&
        (::cap_set_flag(sets.get(), CAP_PERMITTED, count, values.data(), CAP_SET) < 0 ||
         ::cap_set_flag(sets.get(), CAP_EFFECTIVE, count, values.data(), CAP_SET) < 0))
        return sys_error("prepare capabilities");
    if (::cap_set_proc(sets.get()) < 0)
        return sys_error("set capabilities");
    return {};
}

// The system calls, not the library's functions: there is one thread, and groups come before the
// gid, the gid before the uid.
Result<void> change_ids(const Identity& identity) {
    if (::syscall(SYS_setgroups, identity.groups.size(), identity.groups.data()) < 0)
        return sys_error("set supplementary groups");
    if (::syscall(SYS_setresgid, identity.gid, identity.gid, identity.gid) < 0)
        return sys_error("set gid", std::to_string(identity.gid));
    if (::syscall(SYS_setresuid, identity.uid, identity.uid, identity.uid) < 0)
        return sys_error("set uid", std::to_string(identity.uid));
    return {};
}

}  // namespace

Result<void> forbid_new_privileges() {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return sys_error("set no_new_privileges");
    return {};
}

Result<void> become(const Identity& identity, const std::vector<std::string>& names) {
    const std::vector<cap_value_t> values = TRY(numbers(names));
    TRY(limit_bounding_set(values));
    if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
        return sys_error("clear the ambient set");
    // A change from uid 0 to another clears permitted and effective by itself.
    TRY(change_ids(identity));
    TRY(set_sets(identity.uid == 0 ? values : std::vector<cap_value_t>{}));
    return {};
}

}  // namespace caisson
