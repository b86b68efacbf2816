// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "core/sysctl.h"

namespace caisson {
namespace {

constexpr const char* of_the_host =
    "is a setting of the whole host; only those of a namespace can be set for a container";

TEST(SysctlPath, IsDecidedByTheFirstSeparator) {
    EXPECT_EQ(sysctl_path("net.ipv4.ip_forward"), "net/ipv4/ip_forward");
    EXPECT_EQ(sysctl_path("net/ipv4/ip_forward"), "net/ipv4/ip_forward");
    EXPECT_EQ(sysctl_path("net.ipv4.conf.eth0/1.forwarding"), "net/ipv4/conf/eth0.1/forwarding");
    EXPECT_EQ(sysctl_path("net/ipv4/conf/eth0.1/forwarding"), "net/ipv4/conf/eth0.1/forwarding");
    EXPECT_EQ(sysctl_path("kernel"), "kernel");
}

TEST(CheckSysctl, AllowsWhatIsOfANamespace) {
    for (const char* name :
         {"net.ipv4.ip_forward", "net/core/somaxconn", "kernel.msgmax", "kernel.msgmnb",
          "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni",
          "kernel.shm_rmid_forced", "fs.mqueue.msg_max", "kernel.domainname"})
        EXPECT_EQ(check_sysctl(name, "1", {}), std::nullopt) << name;
}

TEST(CheckSysctl, RefusesWhatIsOfTheHost) {
    for (const char* name :
         {"kernel.core_pattern", "kernel/core_pattern", "kernel.modprobe", "kernel.msgmax2",
          "kernel.shmmax.x", "vm.overcommit_memory", "fs.file-max", "fs.mqueue", "net", "kernel",
          "debug.exception-trace", "user.max_user_namespaces", "kernel.ns_last_pid"})
        EXPECT_EQ(check_sysctl(name, "1", {}), of_the_host) << name;
}

TEST(CheckSysctl, RefusesWaysOut) {
    for (const char* name :
         {"", "/", "net/../kernel/core_pattern", "net/./x", "net//x", "net/ipv4/", "/net/ipv4/x",
          "net/ipv4/x y", "net/ipv4/x\n", "net.ipv4./../x", "net.ipv4.%i"})
        EXPECT_TRUE(check_sysctl(name, "1", {})) << name;
}

TEST(CheckSysctl, SendsTheHostNameToItsKey) {
    EXPECT_EQ(check_sysctl("kernel.hostname", "a", {}), "is what container.hostname sets");
}

TEST(CheckSysctl, WantsTheNamespaceToBeItsOwn) {
    for (const NamespaceMode mode :
         {NamespaceMode::Host, NamespaceMode::Path, NamespaceMode::Container}) {
        EXPECT_EQ(check_sysctl("net.core.somaxconn", "1", {.network = {mode, "x"}}),
                  "belongs to namespaces.network, which is not \"private\"");
        EXPECT_EQ(check_sysctl("kernel.sem", "1", {.ipc = {mode, "x"}}),
                  "belongs to namespaces.ipc, which is not \"private\"");
        EXPECT_EQ(check_sysctl("kernel.domainname", "a", {.uts = {mode, "x"}}),
                  "belongs to namespaces.uts, which is not \"private\"");
    }
}

TEST(CheckSysctl, RefusesAnEmptyValue) {
    EXPECT_EQ(check_sysctl("kernel.sem", "", {}), "must not be empty");
}

}  // namespace
}  // namespace caisson
