// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/capability.h"

#include <algorithm>

namespace caisson {

const std::vector<std::string>& all_capabilities() {
    static const std::vector<std::string> capabilities = {"CAP_CHOWN",
                                                          "CAP_DAC_OVERRIDE",
                                                          "CAP_DAC_READ_SEARCH",
                                                          "CAP_FOWNER",
                                                          "CAP_FSETID",
                                                          "CAP_KILL",
                                                          "CAP_SETGID",
                                                          "CAP_SETUID",
                                                          "CAP_SETPCAP",
                                                          "CAP_LINUX_IMMUTABLE",
                                                          "CAP_NET_BIND_SERVICE",
                                                          "CAP_NET_BROADCAST",
                                                          "CAP_NET_ADMIN",
                                                          "CAP_NET_RAW",
                                                          "CAP_IPC_LOCK",
                                                          "CAP_IPC_OWNER",
                                                          "CAP_SYS_MODULE",
                                                          "CAP_SYS_RAWIO",
                                                          "CAP_SYS_CHROOT",
                                                          "CAP_SYS_PTRACE",
                                                          "CAP_SYS_PACCT",
                                                          "CAP_SYS_ADMIN",
                                                          "CAP_SYS_BOOT",
                                                          "CAP_SYS_NICE",
                                                          "CAP_SYS_RESOURCE",
                                                          "CAP_SYS_TIME",
                                                          "CAP_SYS_TTY_CONFIG",
                                                          "CAP_MKNOD",
                                                          "CAP_LEASE",
                                                          "CAP_AUDIT_WRITE",
                                                          "CAP_AUDIT_CONTROL",
                                                          "CAP_SETFCAP",
                                                          "CAP_MAC_OVERRIDE",
                                                          "CAP_MAC_ADMIN",
                                                          "CAP_SYSLOG",
                                                          "CAP_WAKE_ALARM",
                                                          "CAP_BLOCK_SUSPEND",
                                                          "CAP_AUDIT_READ",
                                                          "CAP_PERFMON",
                                                          "CAP_BPF",
                                                          "CAP_CHECKPOINT_RESTORE"};
    return capabilities;
}

const std::vector<std::string>& default_capabilities() {
    static const std::vector<std::string> capabilities = {
        "CAP_CHOWN",  "CAP_DAC_OVERRIDE", "CAP_FSETID",           "CAP_FOWNER",
        "CAP_SETGID", "CAP_SETUID",       "CAP_SETFCAP",          "CAP_SETPCAP",
        "CAP_KILL",   "CAP_SYS_CHROOT",   "CAP_NET_BIND_SERVICE",
    };
    return capabilities;
}

const std::vector<std::string>& boot_capabilities() {
    // systemd-nspawn's default set, which is what systemd expects in a container.
    static const std::vector<std::string> capabilities = {
        "CAP_AUDIT_WRITE",     "CAP_DAC_READ_SEARCH", "CAP_IPC_OWNER",     "CAP_LEASE",
        "CAP_LINUX_IMMUTABLE", "CAP_MKNOD",           "CAP_NET_ADMIN",     "CAP_NET_BROADCAST",
        "CAP_NET_RAW",         "CAP_SYS_ADMIN",       "CAP_SYS_BOOT",      "CAP_SYS_NICE",
        "CAP_SYS_PTRACE",      "CAP_SYS_RESOURCE",    "CAP_SYS_TTY_CONFIG"};
    return capabilities;
}

std::optional<std::string> capability_name(std::string_view word) {
    std::string name(word);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    if (name == all_capabilities_word)
        return name;
    if (!name.starts_with("CAP_"))
        name.insert(0, "CAP_");
    const std::vector<std::string>& all = all_capabilities();
    if (std::find(all.begin(), all.end(), name) == all.end())
        return std::nullopt;
    return name;
}

}  // namespace caisson
