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

Result<void> set_flag(cap_t sets, cap_flag_t flag, const std::vector<cap_value_t>& values) {
    if (!values.empty() &&
        ::cap_set_flag(sets, flag, static_cast<int>(values.size()), values.data(), CAP_SET) < 0)
        return sys_error("prepare capabilities");
    return {};
}

Result<void> set_sets(const std::vector<cap_value_t>& permitted,
                      const std::vector<cap_value_t>& inheritable) {
    const Capabilities sets(::cap_init());
    if (!sets)
        return sys_error("prepare capabilities");
    TRY(set_flag(sets.get(), CAP_PERMITTED, permitted));
    TRY(set_flag(sets.get(), CAP_EFFECTIVE, permitted));
    TRY(set_flag(sets.get(), CAP_INHERITABLE, inheritable));
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

Result<void> keep_capabilities(unsigned long keep) {
    if (::prctl(PR_SET_KEEPCAPS, keep, 0, 0, 0) < 0)
        return sys_error("keep capabilities");
    return {};
}

Result<void> raise_ambient(const std::vector<cap_value_t>& values) {
    for (const cap_value_t value : values) {
        if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, value, 0, 0) < 0)
            return sys_error("raise the ambient set by capability", std::to_string(value));
    }
    return {};
}

}  // namespace

Result<void> forbid_new_privileges() {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return sys_error("set no_new_privileges");
    return {};
}

Result<void> become(const Identity& identity, const std::vector<std::string>& bounding,
                    const std::vector<std::string>& ambient) {
    const std::vector<cap_value_t> bounds = TRY(numbers(bounding));
    const std::vector<cap_value_t> kept = TRY(numbers(ambient));
    TRY(limit_bounding_set(bounds));
    if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
        return sys_error("clear the ambient set");
    if (identity.uid == 0) {
        TRY(change_ids(identity));
        return set_sets(bounds, {});
    }
    // A change from uid 0 to another clears permitted and ambient, but for this.
    TRY(keep_capabilities(kept.empty() ? 0 : 1));
    TRY(change_ids(identity));
    TRY(keep_capabilities(0));
    TRY(set_sets(kept, kept));
    return raise_ambient(kept);
}

}  // namespace caisson
