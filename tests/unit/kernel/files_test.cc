// SPDX-License-Identifier: LGPL-2.1-or-later
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "kernel/files.h"

namespace caisson {
namespace {

// A root that belongs to somebody hostile, beside a canary that it must not reach.
class HostileRoot : public testing::Test {
protected:
    void SetUp() override {
        char path[] = "/tmp/caisson-files.XXXXXX";
        ASSERT_NE(::mkdtemp(path), nullptr);
        top = path;
        ASSERT_EQ(::mkdir((top + "/root").c_str(), 0755), 0);
        ASSERT_EQ(::mkdir((top + "/outside").c_str(), 0755), 0);
        Result<UniqueFd> opened = open_path(top + "/root", O_PATH | O_DIRECTORY);
        ASSERT_TRUE(opened);
        root = std::move(*opened);
    }
    void TearDown() override {
        Result<UniqueFd> tmp = open_path("/tmp", O_PATH | O_DIRECTORY);
        ASSERT_TRUE(tmp);
        EXPECT_TRUE(remove_tree(tmp->get(), top.substr(5)));
    }
    void link(const char* target, const char* name) {
        ASSERT_EQ(::symlinkat(target, root.get(), name), 0);
    }
    bool outside_is_empty() { return ::rmdir((top + "/outside").c_str()) == 0; }

    std::string top;
    UniqueFd root;
};

TEST_F(HostileRoot, MakesDirectoriesInside) {
    ASSERT_TRUE(make_directory(root.get(), "/a/b/c"));
    EXPECT_TRUE(open_in_root(root.get(), "/a/b/c", O_PATH | O_DIRECTORY));
}

TEST_F(HostileRoot, KeepsAbsoluteLinksInside) {
    link((top + "/outside").c_str(), "out");
    EXPECT_FALSE(make_directory(root.get(), "/out/made"));
    EXPECT_TRUE(outside_is_empty());
}

TEST_F(HostileRoot, KeepsDotDotInside) {
    link("../outside", "out");
    EXPECT_FALSE(make_directory(root.get(), "/out/made"));
    ASSERT_TRUE(make_directory(root.get(), "/x/../../outside/made"));
    EXPECT_TRUE(outside_is_empty());
    EXPECT_TRUE(open_in_root(root.get(), "/outside/made", O_PATH));
}

TEST_F(HostileRoot, MakesNoFileThroughADanglingLink) {
    link((top + "/outside/file").c_str(), "file");
    EXPECT_FALSE(make_file(root.get(), "/file"));
    EXPECT_TRUE(outside_is_empty());
}

TEST_F(HostileRoot, RefusesMagicLinks) {
    link("/proc/self/fd/0", "magic");
    EXPECT_FALSE(open_in_root(root.get(), "/magic", O_RDONLY));
}

TEST_F(HostileRoot, RefusesLinksWhereNoneMayBe) {
    ASSERT_TRUE(make_directory(root.get(), "/real"));
    link("real", "proc");
    EXPECT_TRUE(open_in_root(root.get(), "/proc", O_PATH | O_DIRECTORY));
    EXPECT_FALSE(open_without_links(root.get(), "/proc", O_PATH | O_DIRECTORY));
}

TEST_F(HostileRoot, ReadsOnlyRegularFiles) {
    ASSERT_EQ(::mkfifoat(root.get(), "passwd", 0644), 0);
    EXPECT_FALSE(read_in_root(root.get(), "/passwd", 100));
    Result<std::string> missing = read_in_root(root.get(), "/group", 100);
    ASSERT_TRUE(missing);
    EXPECT_EQ(*missing, "");
}

TEST_F(HostileRoot, BoundsWhatItReads) {
    Result<UniqueFd> file = make_file(root.get(), "/big");
    ASSERT_TRUE(file);
    ASSERT_EQ(::truncate((top + "/root/big").c_str(), 101), 0);
    EXPECT_FALSE(read_in_root(root.get(), "/big", 100));
    EXPECT_TRUE(read_in_root(root.get(), "/big", 101));
}

TEST_F(HostileRoot, RemovesADeepTreeWithoutFollowingLinks) {
    Result<UniqueFd> canary = open_path(top + "/outside/canary", O_WRONLY | O_CREAT, 0600);
    ASSERT_TRUE(canary);
    ASSERT_EQ(::mkdirat(root.get(), "tree", 0755), 0);
    UniqueFd deep(::openat(root.get(), "tree", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // Deeper than a process may have descriptors, or a path bytes.
    for (int depth = 0; depth < 3000; ++depth) {
        ASSERT_EQ(::mkdirat(deep.get(), "d", 0755), 0);
        ASSERT_EQ(::symlinkat((top + "/outside").c_str(), deep.get(), "l"), 0);
        UniqueFd next(::openat(deep.get(), "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        deep = std::move(next);
    }
    ASSERT_TRUE(remove_tree(root.get(), "tree"));
    EXPECT_EQ(::faccessat(root.get(), "tree", F_OK, 0), -1);
    EXPECT_EQ(::access((top + "/outside/canary").c_str(), F_OK), 0);
}

TEST_F(HostileRoot, RemovesWhatIsNotThere) {
    EXPECT_TRUE(remove_tree(root.get(), "nothing"));
}

}  // namespace
}  // namespace caisson
