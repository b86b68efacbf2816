// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "store/id_ranges.h"

namespace caisson {
namespace {

namespace fs = std::filesystem;

bool always_free(std::uint32_t) {
    return true;
}

class IdRanges : public testing::Test {
protected:
    // In memory, since every claim is synced.
    void SetUp() override {
        std::string path = "/dev/shm/id-ranges.XXXXXX";
        ASSERT_NE(::mkdtemp(path.data()), nullptr);
        root_ = path;
    }
    void TearDown() override { fs::remove_all(root_); }

    std::uint32_t range_of(const std::string& name, const IsFree& is_free = always_free) {
        Result<std::uint32_t> base = id_range_of(name, is_free, directory());
        EXPECT_TRUE(base) << base.error().message;
        return base ? *base : 0;
    }
    std::string directory() const { return root_ + "/ranges"; }

    std::string root_;
};

TEST_F(IdRanges, AreSystemdsForContainers) {
    const std::uint32_t base = range_of("web");
    EXPECT_GE(base, 524288U);
    EXPECT_LE(base + 65535U, 1879048191U);
    EXPECT_EQ(base % 65536, 0U);
}

TEST_F(IdRanges, StayTheSame) {
    const std::uint32_t base = range_of("web@blue");
    EXPECT_EQ(range_of("web@blue"), base);
    EXPECT_NE(range_of("web@green"), base);
}

TEST_F(IdRanges, AreFoundAgainWhenTheRegistryIsLost) {
    const std::uint32_t base = range_of("web");
    fs::remove_all(directory());
    EXPECT_EQ(range_of("web"), base);
}

TEST_F(IdRanges, AvoidWhatOthersHave) {
    const std::uint32_t base = range_of("web");
    fs::remove_all(directory());
    EXPECT_NE(range_of("web", [&](std::uint32_t other) { return other != base; }), base);
}

TEST_F(IdRanges, AskOnlyOnce) {
    const std::uint32_t base = range_of("web");
    EXPECT_EQ(range_of("web", [](std::uint32_t) { return false; }), base);
}

TEST_F(IdRanges, ACrashBeforeTheNameIsCompleted) {
    const std::uint32_t base = range_of("web");
    fs::remove(directory() + "/by-name/web");
    EXPECT_EQ(range_of("web", [](std::uint32_t) { return false; }), base);
    EXPECT_TRUE(fs::is_symlink(directory() + "/by-name/web"));
}

TEST_F(IdRanges, TenThousandDoNotCollide) {
    std::set<std::uint32_t> bases;
    for (int i = 0; i < 10'000; ++i)
        bases.insert(range_of("container-" + std::to_string(i)));
    EXPECT_EQ(bases.size(), 10'000U);
}

TEST_F(IdRanges, ProcessesAtOnceDoNotCollide) {
    constexpr int processes = 8;
    constexpr int each = 100;
    for (int i = 0; i < processes; ++i) {
        if (::fork() == 0) {
            for (int j = 0; j < each; ++j)
                (void)id_range_of("c" + std::to_string(i) + "-" + std::to_string(j), always_free,
                                  directory());
            ::_exit(0);
        }
    }
    while (::wait(nullptr) > 0) {
    }
    std::set<std::string> bases;
    std::size_t names = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(directory() + "/by-name")) {
        bases.insert(fs::read_symlink(entry).string());
        ++names;
    }
    EXPECT_EQ(names, static_cast<std::size_t>(processes * each));
    EXPECT_EQ(bases.size(), names);
}

TEST_F(IdRanges, RunOut) {
    Result<std::uint32_t> base = id_range_of(
        "web", [](std::uint32_t) { return false; }, directory());
    ASSERT_FALSE(base);
    EXPECT_EQ(base.error().message,
              "range of ids for web in " + directory() + ": all ranges are taken");
}

TEST_F(IdRanges, AForeignEntryIsAnError) {
    (void)range_of("web");
    fs::remove(directory() + "/by-name/web");
    fs::create_symlink("0", directory() + "/by-name/web");
    EXPECT_FALSE(id_range_of("web", always_free, directory()));
}

}  // namespace
}  // namespace caisson
