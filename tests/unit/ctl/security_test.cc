// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "ctl/security.h"

namespace caisson {
namespace {

constexpr std::uint64_t start_time = 4711;

class ReadWalls : public testing::Test {
protected:
    void SetUp() override {
        char path[] = "/tmp/caisson-walls-XXXXXX";
        ASSERT_NE(::mkdtemp(path), nullptr);
        root = path;
        link("self", "user", "user:[1]");
        link("self", "pid", "pid:[2]");
        link("42", "user", "user:[10]");
        link("42", "pid", "pid:[2]");
        write("stat", "42 (a) b) S 1 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4711 1 1\n");
        write("uid_map", "         0     524288      65536\n");
        write("gid_map", "         0     524288      65536\n");
        write("status", "Name:\tb\nCapInh:\t0000000000000000\nCapPrm:\t0000000000000400\n"
                        "CapBnd:\t0000020000000401\nNoNewPrivs:\t1\nSeccomp:\t2\n"
                        "Seccomp_filters:\t1\n");
        write("limits",
              "Limit                     Soft Limit           Hard Limit           Units     \n"
              "Max open files            1024                 4096                 files     \n"
              "Max cpu time              unlimited            unlimited            seconds   \n");
        write("mountinfo", "1 0 0:1 / / rw,nodev - overlay overlay rw\n"
                           "2 1 0:2 / /proc rw,nosuid - proc proc rw\n"
                           "3 2 0:3 /null /proc/keys ro - tmpfs dev rw,mode=755\n"
                           "4 2 0:2 /sys /proc/sys ro,nosuid - proc proc rw\n"
                           "5 1 0:4 / /sys ro - sysfs sysfs rw\n"
                           "6 5 0:5 / /sys/firmware ro - tmpfs tmpfs rw\n"
                           "7 5 0:6 / /sys/fs/cgroup ro - cgroup2 cgroup2 rw\n"
                           "8 1 0:7 / /with\\040space rw shared:1 - ext4 /dev/a rw\n"
                           "9 1 0:8 / /read-only rw - ext4 /dev/b ro\n");
    }
    void TearDown() override { std::filesystem::remove_all(root); }

    void link(const std::string& process, const std::string& name, const std::string& target) {
        std::filesystem::create_directories(root / "proc" / process / "ns");
        std::filesystem::create_symlink(target, root / "proc" / process / "ns" / name);
    }
    void write(const std::string& file, const std::string& text) {
        std::ofstream(root / "proc" / "42" / file) << text;
    }
    Result<Walls> walls() { return read_walls(42, start_time, root); }

    std::filesystem::path root;
};

using Strings = std::vector<std::string>;

TEST_F(ReadWalls, TellsOwnNamespacesFromTheHosts) {
    Result<Walls> read = walls();
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(read->namespaces.size(), 2U);
    EXPECT_EQ(read->namespaces[0].name, "user");
    EXPECT_TRUE(read->namespaces[0].is_own);
    EXPECT_EQ(read->namespaces[1].id, "pid:[2]");
    EXPECT_FALSE(read->namespaces[1].is_own);
}

TEST_F(ReadWalls, FindsTheRangeOfIds) {
    Result<Walls> read = walls();
    ASSERT_TRUE(read && read->uids.size() == 1);
    EXPECT_EQ(read->uids[0].outside, 524288U);
    EXPECT_EQ(read->uids[0].count, 65536U);
}

TEST_F(ReadWalls, NamesCapabilitiesAndNumbersTheUnknown) {
    Result<Walls> read = walls();
    ASSERT_TRUE(read && read->capabilities.size() == 3);
    EXPECT_EQ(read->capabilities[2].name, "bounding");
    EXPECT_EQ(read->capabilities[2].capabilities,
              (Strings{"CAP_CHOWN", "CAP_NET_BIND_SERVICE", "CAP_41"}));
}

TEST_F(ReadWalls, ReadsFilterAndPrivileges) {
    Result<Walls> read = walls();
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->no_new_privileges);
    EXPECT_EQ(read->seccomp, "filter");
    EXPECT_EQ(read->seccomp_filters, 1U);
}

TEST_F(ReadWalls, SortsMountsByWhatTheyDo) {
    Result<Walls> read = walls();
    ASSERT_TRUE(read);
    EXPECT_EQ(read->masked_paths, (Strings{"/proc/keys", "/sys/firmware"}));
    EXPECT_EQ(read->read_only_paths, (Strings{"/proc/sys"}));
    EXPECT_EQ(read->writable_mounts, (Strings{"/", "/proc", "/with space"}));
}

TEST_F(ReadWalls, ReadsLimits) {
    Result<Walls> read = walls();
    ASSERT_TRUE(read && read->limits.size() == 2);
    EXPECT_EQ(read->limits[0].name, "RLIMIT_CPU");
    EXPECT_EQ(read->limits[0].hard, UINT64_MAX);
    EXPECT_EQ(read->limits[1].soft, 1024U);
    EXPECT_EQ(read->limits[1].hard, 4096U);
}

TEST_F(ReadWalls, TakesNoOtherProcessForIt) {
    Result<Walls> read = read_walls(42, start_time + 1, root);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().message, "the container has ended");
}

Plan asked() {
    return {.name = "web",
            .masked_paths = {"/proc/keys", "/proc/absent"},
            .capabilities = {"CAP_CHOWN", "CAP_KILL"},
            .devices = {{.path = "/dev/fuse", .target = "/dev/fuse", .permissions = "rw"}}};
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST_F(ReadWalls, AreComparedWithWhatIsAsked) {
    Result<Walls> read = walls();
    ASSERT_TRUE(read);
    const Plan plan = asked();
    const std::string text = security_text({plan, 42, *read}, {});
    EXPECT_TRUE(has(text, "web, process 42\n")) << text;
    EXPECT_TRUE(has(text, "user namespace    auto    its own, 65536 ids from 524288\n")) << text;
    EXPECT_TRUE(has(text, "pid namespace     private the host's\n")) << text;
    EXPECT_TRUE(has(text, "CHOWN -KILL +NET_BIND_SERVICE +41\n")) << text;
    EXPECT_TRUE(has(text, "/proc/keys -/proc/absent +/sys/firmware\n")) << text;
    EXPECT_TRUE(has(text, "/dev/fuse:rw\n")) << text;
}

TEST(Security, OfWhatDoesNotRunIsWhatIsAsked) {
    const Plan plan = asked();
    const Security security{plan, 0, std::nullopt};
    EXPECT_TRUE(has(security_text(security, {}), "web, which does not run\n"));
    const Json json = security_json(security);
    EXPECT_TRUE(json["in_force"].is_null());
    EXPECT_EQ(json["asked"]["namespaces"]["user"], "auto");
    EXPECT_EQ(json["asked"]["capabilities"], (Strings{"CAP_CHOWN", "CAP_KILL"}));
}

TEST_F(ReadWalls, AreMachineReadable) {
    Result<Walls> read = walls();
    ASSERT_TRUE(read);
    const Plan plan = asked();
    const Json json = security_json({plan, 42, *read})["in_force"];
    EXPECT_EQ(json["namespaces"]["user"]["own"], true);
    EXPECT_EQ(json["uids"][0]["outside"], 524288);
    EXPECT_EQ(json["limits"]["RLIMIT_CPU"]["soft"], "infinity");
    EXPECT_EQ(json["limits"]["RLIMIT_NOFILE"]["hard"], 4096);
}

}  // namespace
}  // namespace caisson
