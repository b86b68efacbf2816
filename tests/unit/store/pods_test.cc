// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "store/pods.h"

namespace caisson {
namespace {

class StoredPod : public testing::Test {
protected:
    void SetUp() override {
        char path[] = "/tmp/caisson-pods-XXXXXX";
        ASSERT_NE(::mkdtemp(path), nullptr);
        parent_ = path;
        directory_ = parent_ + "/pods";
    }
    void TearDown() override { (void)std::system(("rm -rf " + parent_).c_str()); }

    mode_t mode_of(const std::string& path) const {
        struct stat status {};
        EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
        return status.st_mode & 07777;
    }

    std::string parent_;
    std::string directory_;
    const PodNamespaces namespaces_ = {{"ipc", 4026532282}, {"net", 4026532281}};
};

TEST_F(StoredPod, ComesBackAsItWasSavedAndIsForRootAlone) {
    ASSERT_TRUE(save_pod("shop", namespaces_, directory_));
    Result<std::optional<PodNamespaces>> loaded = load_pod("shop", directory_);
    ASSERT_TRUE(loaded && loaded->has_value());
    EXPECT_EQ(**loaded, namespaces_);
    EXPECT_EQ(mode_of(directory_), 0700u);
    EXPECT_EQ(mode_of(directory_ + "/shop"), 0600u);
}

TEST_F(StoredPod, IsGoneWhenRemovedTwice) {
    ASSERT_TRUE(save_pod("shop", namespaces_, directory_));
    std::ofstream(directory_ + "/.shop.new") << "half";
    EXPECT_TRUE(remove_pod("shop", directory_));
    EXPECT_TRUE(remove_pod("shop", directory_));
    Result<std::optional<PodNamespaces>> loaded = load_pod("shop", directory_);
    ASSERT_TRUE(loaded);
    EXPECT_FALSE(loaded->has_value());
    EXPECT_NE(::access((directory_ + "/.shop.new").c_str(), F_OK), 0);
}

TEST_F(StoredPod, IsNotReadFromNonsense) {
    ASSERT_TRUE(save_pod("shop", namespaces_, directory_));
    for (const char* text : {"net", "net ", "net 12x", "net -1", "net 1 2"}) {
        std::ofstream(directory_ + "/shop") << text;
        EXPECT_FALSE(load_pod("shop", directory_)) << text;
    }
    for (const char* name : {"", ".", "../state/web"})
        EXPECT_FALSE(load_pod(name, directory_)) << name;
}

}  // namespace
}  // namespace caisson
