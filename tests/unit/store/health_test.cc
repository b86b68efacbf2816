// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "store/health.h"

namespace caisson {
namespace {

class StoredHealth : public testing::Test {
protected:
    void SetUp() override {
        char path[] = "/tmp/caisson-health-XXXXXX";
        ASSERT_NE(::mkdtemp(path), nullptr);
        directory_ = path;
    }
    void TearDown() override { (void)std::system(("rm -rf " + directory_).c_str()); }

    std::optional<HealthRecord> load(const std::string& text) const {
        std::ofstream(directory_ + "/web") << text;
        const Result<std::optional<HealthRecord>> record = load_health("web", directory_);
        return record ? *record : std::nullopt;
    }

    std::string directory_;
};

TEST_F(StoredHealth, IsReadAsTheCompanionWritesIt) {
    const std::optional<HealthRecord> record =
        load("state=unhealthy\nfailures=3\nprobes=12\nlast=exit\nexit_status=7\n"
             "output=a\\nb=c\\\\n\\n\ntime=1700000000000000\nnext=1700000001000000\n");
    ASSERT_TRUE(record);
    EXPECT_EQ(record->state, "unhealthy");
    EXPECT_EQ(record->failures, 3U);
    EXPECT_EQ(record->probes, 12U);
    EXPECT_EQ(record->last, "exit");
    EXPECT_EQ(record->exit_status, 7U);
    EXPECT_EQ(record->output, "a\nb=c\\n\n");
    EXPECT_EQ(record->time, 1700000000000000U);
    EXPECT_EQ(record->next, 1700000001000000U);
    EXPECT_FALSE(record->holds_start);
    EXPECT_FALSE(record->was_stopped);
    EXPECT_EQ(result_of(*record), "exit status 7: b=c\\n");
}

TEST_F(StoredHealth, SaysWhatItHoldsAndWhatItHasStopped) {
    EXPECT_TRUE(load("state=starting\nready=no\n")->holds_start);
    EXPECT_TRUE(load("state=unhealthy\nstopped=yes\n")->was_stopped);
    EXPECT_FALSE(load("state=starting\nready=yes\nstopped=no\n")->holds_start);
}

TEST_F(StoredHealth, ResultsAreWords) {
    EXPECT_EQ(result_of(*load("state=starting\nlast=none\n")), "none yet");
    EXPECT_EQ(result_of(*load("state=healthy\nlast=pass\noutput=fine\\n\n")), "passed");
    EXPECT_EQ(result_of(*load("state=healthy\nlast=signal\nexit_status=11\n")), "signal 11");
    EXPECT_EQ(result_of(*load("state=healthy\nlast=timeout\noutput=slow\n")), "time-out: slow");
    EXPECT_EQ(result_of(*load("state=healthy\nlast=error\n")), "it could not be run");
}

TEST_F(StoredHealth, NoRecordIsNoError) {
    const Result<std::optional<HealthRecord>> none = load_health("web", directory_);
    ASSERT_TRUE(none);
    EXPECT_FALSE(*none);
    const Result<std::optional<HealthRecord>> nowhere = load_health("web", directory_ + "/none");
    ASSERT_TRUE(nowhere);
    EXPECT_FALSE(*nowhere);
    EXPECT_TRUE(remove_health("web", directory_ + "/none"));
}

TEST_F(StoredHealth, WhatIsNoRecordIsAnError) {
    EXPECT_FALSE(load(""));
    EXPECT_FALSE(load("healthy\n"));
    EXPECT_FALSE(load_health("../web", directory_));
    EXPECT_FALSE(load_health(".web.new", directory_));
}

TEST_F(StoredHealth, IsRemovedWithWhatAnInterruptedOneLeft) {
    std::ofstream(directory_ + "/web") << "state=healthy\n";
    std::ofstream(directory_ + "/.web.new") << "state=";
    EXPECT_TRUE(remove_health("web", directory_));
    EXPECT_NE(::access((directory_ + "/web").c_str(), F_OK), 0);
    EXPECT_NE(::access((directory_ + "/.web.new").c_str(), F_OK), 0);
    EXPECT_TRUE(remove_health("web", directory_));
}

}  // namespace
}  // namespace caisson
