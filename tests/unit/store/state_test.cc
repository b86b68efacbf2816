// SPDX-License-Identifier: LGPL-2.1-or-later
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "store/state.h"

namespace caisson {
namespace {

class StoredState : public testing::Test {
protected:
    void SetUp() override {
        char path[] = "/tmp/caisson-state-XXXXXX";
        ASSERT_NE(::mkdtemp(path), nullptr);
        parent_ = path;
        directory_ = parent_ + "/state";
    }
    void TearDown() override { (void)std::system(("rm -rf " + parent_).c_str()); }

    State web() const {
        return {.name = "web@blue",
                .plan = "/run/systemd/generator/caisson/web@.0123.json",
                .specifiers = {{'i', "blue"}, {'H', "host \"one\"\n"}},
                .pid = 4321,
                .start_time = 18446744073709551615U};
    }
    void write(const std::string& text) {
        (void)::mkdir(directory_.c_str(), 0700);
        std::ofstream(directory_ + "/web.json") << text;
    }
    mode_t mode_of(const std::string& path) const {
        struct stat status {};
        EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
        return status.st_mode & 07777;
    }

    std::string parent_;
    std::string directory_;
};

TEST_F(StoredState, ComesBackAsItWasSaved) {
    ASSERT_TRUE(save(web(), directory_));
    Result<std::optional<State>> loaded = load_state("web@blue", directory_);
    ASSERT_TRUE(loaded && loaded->has_value());
    EXPECT_EQ((**loaded).name, "web@blue");
    EXPECT_EQ((**loaded).plan, web().plan);
    EXPECT_EQ((**loaded).specifiers, web().specifiers);
    EXPECT_EQ((**loaded).pid, 4321);
    EXPECT_EQ((**loaded).start_time, web().start_time);
}

TEST_F(StoredState, IsForRootAlone) {
    ASSERT_TRUE(save(web(), directory_));
    EXPECT_EQ(mode_of(directory_), 0700u);
    EXPECT_EQ(mode_of(directory_ + "/web@blue.json"), 0600u);
}

TEST_F(StoredState, ReplacesAnEarlierOne) {
    State state = web();
    ASSERT_TRUE(save(state, directory_));
    state.pid = 5;
    ASSERT_TRUE(save(state, directory_));
    EXPECT_EQ((*load_state("web@blue", directory_))->pid, 5);
}

TEST_F(StoredState, IsNothingWhereThereIsNone) {
    Result<std::optional<State>> loaded = load_state("web", directory_);
    ASSERT_TRUE(loaded);
    EXPECT_FALSE(loaded->has_value());
}

TEST_F(StoredState, IsRemovedTwiceWithoutAnError) {
    ASSERT_TRUE(save(web(), directory_));
    EXPECT_TRUE(remove_state("web@blue", directory_));
    EXPECT_TRUE(remove_state("web@blue", directory_));
    EXPECT_FALSE((*load_state("web@blue", directory_)).has_value());
}

TEST_F(StoredState, RemovalTakesWhatAnInterruptedSaveHasLeft) {
    ASSERT_TRUE(save(web(), directory_));
    std::ofstream(directory_ + "/.web@blue.new") << "{";
    ASSERT_TRUE(remove_state("web@blue", directory_));
    EXPECT_EQ(::rmdir(directory_.c_str()), 0);
}

TEST_F(StoredState, ListLeavesOutTemporaryFiles) {
    ASSERT_TRUE(save(web(), directory_));
    std::ofstream(directory_ + "/.db.new") << "{";
    Result<std::vector<std::string>> names = list_states(directory_);
    ASSERT_TRUE(names);
    EXPECT_EQ(*names, std::vector<std::string>{"web@blue"});
}

TEST_F(StoredState, ListOfNoDirectoryIsEmpty) {
    Result<std::vector<std::string>> names = list_states(directory_);
    ASSERT_TRUE(names);
    EXPECT_TRUE(names->empty());
}

TEST_F(StoredState, RefusesNamesThatLeaveTheDirectory) {
    State state = web();
    state.name = "../web";
    EXPECT_FALSE(save(state, directory_));
    EXPECT_FALSE(load_state("../web", directory_));
    EXPECT_FALSE(remove_state(".web", directory_));
}

constexpr const char* complete =
    R"({"name": "web", "plan": "/p", "specifiers": {"i": "x"}, "pid": 1, "start_time": 2})";

TEST_F(StoredState, AcceptsACompleteFile) {
    write(complete);
    EXPECT_TRUE(load_state("web", directory_));
}

class BadState : public StoredState, public testing::WithParamInterface<const char*> {};

TEST_P(BadState, IsAnErrorThatNamesTheFile) {
    write(GetParam());
    Result<std::optional<State>> loaded = load_state("web", directory_);
    ASSERT_FALSE(loaded);
    EXPECT_NE(loaded.error().message.find("/web.json"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Files, BadState,
    testing::Values(
        "", "{", "[]", "null", R"({"plan": "/p", "specifiers": {}, "pid": 1, "start_time": 2})",
        R"({"name": "db", "plan": "/p", "specifiers": {}, "pid": 1, "start_time": 2})",
        R"({"name": "web", "plan": 1, "specifiers": {}, "pid": 1, "start_time": 2})",
        R"({"name": "web", "plan": "/p", "specifiers": {"ii": "x"}, "pid": 1, "start_time": 2})",
        R"({"name": "web", "plan": "/p", "specifiers": {"i": 1}, "pid": 1, "start_time": 2})",
        R"({"name": "web", "plan": "/p", "specifiers": {}, "pid": -1, "start_time": 2})",
        R"({"name": "web", "plan": "/p", "specifiers": {}, "pid": 4294967297, "start_time": 2})",
        R"({"name": "web", "plan": "/p", "specifiers": {}, "pid": 1.5, "start_time": 2})",
        R"({"name": "web", "plan": "/p", "specifiers": {}, "pid": 1, "start_time": 2, "x": 0})"));

}  // namespace
}  // namespace caisson
