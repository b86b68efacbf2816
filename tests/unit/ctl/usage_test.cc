// SPDX-License-Identifier: LGPL-2.1-or-later
#include <fcntl.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "ctl/usage.h"

namespace caisson {
namespace {

TEST(ControlGroup, NestsSlicesByTheirDashes) {
    EXPECT_EQ(control_group("caisson.slice", "web.scope"), "caisson.slice/web.scope");
    EXPECT_EQ(control_group("caisson-shop.slice", "web.scope"),
              "caisson.slice/caisson-shop.slice/web.scope");
    EXPECT_EQ(control_group("a-b-c.slice", "x.service"), "a.slice/a-b.slice/a-b-c.slice/x.service");
    EXPECT_EQ(control_group("-.slice", "x.service"), "x.service");
}

TEST(Cgroup2, IsFoundWhereItIsMounted) {
    EXPECT_EQ(find_cgroup2("22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
                           "30 22 0:26 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw\n"),
              "/sys/fs/cgroup");
}

TEST(Cgroup2, IsFoundBesideVersionOne) {
    EXPECT_EQ(find_cgroup2("40 22 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
                           "41 22 0:31 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"),
              "/sys/fs/cgroup/unified");
}

TEST(Cgroup2, IsNowhereWithoutAMount) {
    EXPECT_EQ(find_cgroup2("22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"), "");
}

class ReadUsage : public testing::Test {
protected:
    void SetUp() override {
        char path[] = "/tmp/caisson-usage-XXXXXX";
        ASSERT_NE(::mkdtemp(path), nullptr);
        directory = path;
        root = UniqueFd(::open(path, O_PATH | O_DIRECTORY | O_CLOEXEC));
    }
    void TearDown() override { std::filesystem::remove_all(directory); }

    void write(const std::string& group, const std::string& file, const std::string& text) {
        std::filesystem::create_directories(directory / group);
        std::ofstream(directory / group / file) << text;
    }

    std::filesystem::path directory;
    UniqueFd root;
};

TEST_F(ReadUsage, TakesTheNumbersOfTheGroup) {
    write("web.scope", "memory.current", "4096\n");
    write("web.scope", "memory.max", "8192\n");
    write("web.scope", "cpu.stat", "usage_usec 1500\nuser_usec 1000\n");
    write("web.scope", "pids.current", "3\n");
    const Usage usage = read_usage(root.get(), "web.scope");
    EXPECT_EQ(usage.memory, 4096u);
    EXPECT_EQ(usage.memory_max, 8192u);
    EXPECT_EQ(usage.cpu_usec, 1500u);
    EXPECT_EQ(usage.tasks, 3u);
    EXPECT_EQ(usage.tasks_max, std::nullopt);
}

TEST_F(ReadUsage, KnowsThatMaxIsNoLimit) {
    write("web.scope", "memory.max", "max\n");
    EXPECT_EQ(read_usage(root.get(), "web.scope").memory_max, std::nullopt);
}

TEST_F(ReadUsage, KnowsNothingOfAMissingGroup) {
    EXPECT_EQ(read_usage(root.get(), "web.scope").memory, std::nullopt);
}

TEST_F(ReadUsage, FindsTheEscapedNameOfAGroup) {
    write("caisson.slice/_memory.service", "pids.current", "1\n");
    EXPECT_EQ(read_usage(root.get(), "caisson.slice/memory.service").tasks, 1u);
}

}  // namespace
}  // namespace caisson
