// SPDX-License-Identifier: LGPL-2.1-or-later
#include <dirent.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include "kernel/files.h"
#include "kernel/seccomp.h"

namespace caisson {
namespace {

bool same(const SeccompFilter& a, const SeccompFilter& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof a[0]) == 0;
}

class SeccompCache : public testing::Test {
protected:
    void SetUp() override {
        char name[] = "/tmp/caisson-seccomp-XXXXXX";
        ASSERT_NE(::mkdtemp(name), nullptr);
        parent_ = name;
        cache_ = parent_ + "/cache";
        profile_ = default_seccomp_profile({});
        Result<SeccompFilter> compiled = compile_filter(profile_);
        ASSERT_TRUE(compiled);
        compiled_ = *compiled;
    }
    void TearDown() override {
        Result<UniqueFd> tmp = open_path("/tmp", O_PATH | O_DIRECTORY);
        ASSERT_TRUE(tmp);
        EXPECT_TRUE(remove_tree(tmp->get(), parent_.substr(5)));
    }

    std::vector<std::string> files() const {
        std::vector<std::string> names;
        DIR* directory = ::opendir(cache_.c_str());
        while (const dirent* entry = directory != nullptr ? ::readdir(directory) : nullptr)
            if (entry->d_name[0] != '.')
                names.push_back(cache_ + "/" + entry->d_name);
        if (directory != nullptr)
            ::closedir(directory);
        return names;
    }
    // The one file that a load has left.
    std::string filled() {
        EXPECT_TRUE(load_filter(profile_, cache_));
        EXPECT_EQ(files().size(), 1U);
        return files().at(0);
    }
    static std::string content(const std::string& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    static void write(const std::string& path, const std::string& text) {
        std::ofstream(path, std::ios::binary) << text;
        ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
    }
    // What is in the file is not used, and the right content is there again.
    void expect_replaced(const std::string& path, const std::string& good) {
        Result<SeccompFilter> loaded = load_filter(profile_, cache_);
        ASSERT_TRUE(loaded) << loaded.error().message;
        EXPECT_TRUE(same(*loaded, compiled_));
        struct stat status {};
        ASSERT_EQ(::lstat(path.c_str(), &status), 0);
        EXPECT_TRUE(S_ISREG(status.st_mode));
        EXPECT_EQ(status.st_mode & 07777, 0600U);
        EXPECT_EQ(status.st_uid, ::geteuid());
        EXPECT_EQ(content(path), good);
        EXPECT_EQ(files().size(), 1U);
    }

    std::string parent_;
    std::string cache_;
    SeccompProfile profile_;
    SeccompFilter compiled_;
};

TEST_F(SeccompCache, ReturnsWhatWasCompiled) {
    const std::string path = filled();
    struct stat before {};
    struct stat after {};
    ASSERT_EQ(::stat(path.c_str(), &before), 0);
    Result<SeccompFilter> again = load_filter(profile_, cache_);
    ASSERT_TRUE(again);
    EXPECT_TRUE(same(*again, compiled_));
    ASSERT_EQ(::stat(path.c_str(), &after), 0);
    EXPECT_EQ(before.st_ino, after.st_ino) << "compiled once";
}

TEST_F(SeccompCache, IsOfItsOwnerAlone) {
    filled();
    struct stat status {};
    ASSERT_EQ(::stat(cache_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0700U);
}

TEST_F(SeccompCache, TellsProfilesApart) {
    filled();
    SeccompProfile other = profile_;
    override_syscalls(other, {}, {"read"});
    ASSERT_TRUE(load_filter(other, cache_));
    EXPECT_EQ(files().size(), 2U);
    other.rules.back().errnum = ENOSYS;
    ASSERT_TRUE(load_filter(other, cache_));
    EXPECT_EQ(files().size(), 3U);
    other.hides_newer_calls = false;
    ASSERT_TRUE(load_filter(other, cache_));
    EXPECT_EQ(files().size(), 4U);
}

TEST_F(SeccompCache, ReplacesATruncatedFile) {
    const std::string path = filled();
    const std::string good = content(path);
    for (const std::size_t length :
         {std::size_t{0}, std::size_t{10}, std::size_t{51}, good.size() - 8, good.size() - 1}) {
        write(path, good.substr(0, length));
        expect_replaced(path, good);
    }
}

TEST_F(SeccompCache, ReplacesAnAlteredFile) {
    const std::string path = filled();
    const std::string good = content(path);
    for (const std::size_t at :
         {std::size_t{0}, std::size_t{20}, good.size() / 2, good.size() - 1}) {
        std::string bad = good;
        bad[at] = static_cast<char>(bad[at] ^ 1);
        write(path, bad);
        expect_replaced(path, good);
    }
    write(path, good + std::string(8, '\0'));
    expect_replaced(path, good);
    write(path, good + std::string(64 * 1024, '\0'));
    expect_replaced(path, good);
}

TEST_F(SeccompCache, ReplacesAnotherProfilesFile) {
    const std::string path = filled();
    const std::string good = content(path);
    ASSERT_EQ(::unlink(path.c_str()), 0);
    ASSERT_TRUE(load_filter(unconfined_seccomp_profile(), cache_));
    ASSERT_EQ(::rename(files().at(0).c_str(), path.c_str()), 0);
    expect_replaced(path, good);
}

TEST_F(SeccompCache, ReplacesALink) {
    const std::string path = filled();
    const std::string good = content(path);
    const std::string elsewhere = parent_ + "/elsewhere";
    ASSERT_EQ(::rename(path.c_str(), elsewhere.c_str()), 0);
    ASSERT_EQ(::symlink(elsewhere.c_str(), path.c_str()), 0);
    expect_replaced(path, good);
}

TEST_F(SeccompCache, ReplacesWhatOthersCanWrite) {
    const std::string path = filled();
    const std::string good = content(path);
    ASSERT_EQ(::chmod(path.c_str(), 0622), 0);
    expect_replaced(path, good);
}

TEST_F(SeccompCache, ReplacesAnothersFile) {
    if (::geteuid() != 0)
        GTEST_SKIP() << "gives a file away: run as root";
    const std::string path = filled();
    const std::string good = content(path);
    ASSERT_EQ(::chown(path.c_str(), 1, 1), 0);
    expect_replaced(path, good);
}

TEST_F(SeccompCache, RefusesADirectoryThatOthersCanEnter) {
    filled();
    ASSERT_EQ(::chmod(cache_.c_str(), 0711), 0);
    EXPECT_FALSE(load_filter(profile_, cache_));
}

TEST_F(SeccompCache, RefusesAnothersDirectory) {
    if (::geteuid() != 0)
        GTEST_SKIP() << "gives a directory away: run as root";
    filled();
    ASSERT_EQ(::chown(cache_.c_str(), 1, 1), 0);
    EXPECT_FALSE(load_filter(profile_, cache_));
}

TEST_F(SeccompCache, RefusesALinkToADirectory) {
    filled();
    ASSERT_EQ(::rename(cache_.c_str(), (parent_ + "/elsewhere").c_str()), 0);
    ASSERT_EQ(::symlink("elsewhere", cache_.c_str()), 0);
    EXPECT_FALSE(load_filter(profile_, cache_));
}

TEST_F(SeccompCache, KeepsAFilterByPath) {
    const std::string path = parent_ + "/web.seccomp";
    ASSERT_TRUE(save_filter(compiled_, path));
    Result<SeccompFilter> read = read_filter(path);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(same(*read, compiled_));
    ASSERT_EQ(::rename(path.c_str(), (parent_ + "/db.seccomp").c_str()), 0);
    EXPECT_FALSE(read_filter(parent_ + "/db.seccomp")) << "is another's";
    EXPECT_FALSE(read_filter(path)) << "is missing";
}

}  // namespace
}  // namespace caisson
