// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "core/compile.h"

namespace caisson {
namespace {

// The one limit of a container with `limits.nofile = VALUE`; nothing when that is an error.
std::optional<ResourceLimit> limit(const std::string& value) {
    CompileInput input;
    input.definitions = {{"/etc/caisson/web.toml",
                          "web",
                          "[container]\nrootfs.directory = '/srv/web'\ncommand = ['a']\n"
                          "limits.nofile = " +
                              value + "\n",
                          std::nullopt,
                          {}}};
    const CompileOutput output = compile(input);
    const std::optional<Plan>& plan = output.containers.at(0).plan;
    return plan ? std::optional(plan->limits.at(0)) : std::nullopt;
}

TEST(Limits, AreSoftAndHard) {
    for (const char* value : {"'1024:4096'", "'1K:4K'"}) {
        const std::optional<ResourceLimit> read = limit(value);
        ASSERT_TRUE(read) << value;
        EXPECT_EQ(read->name, "RLIMIT_NOFILE");
        EXPECT_EQ(read->soft, 1024U);
        EXPECT_EQ(read->hard, 4096U);
    }
}

TEST(Limits, AreBothWhereThereIsOne) {
    for (const char* value : {"64", "'64'", "'64:64'"}) {
        const std::optional<ResourceLimit> read = limit(value);
        ASSERT_TRUE(read) << value;
        EXPECT_EQ(read->soft, 64U);
        EXPECT_EQ(read->hard, 64U);
    }
}

TEST(Limits, MayBeNone) {
    EXPECT_EQ(limit("'infinity'")->soft, UINT64_MAX);
    EXPECT_EQ(limit("'0:infinity'")->soft, 0U);
    EXPECT_EQ(limit("'0:infinity'")->hard, UINT64_MAX);
}

TEST(Limits, RefuseWhatIsNone) {
    for (const char* value : {"''", "':'", "'1:'", "'1:2:3'", "'2:1'", "'-1'", "-1", "'x'", "1.5",
                              "'18446744073709551616'", "'infinity:1'"})
        EXPECT_FALSE(limit(value)) << value;
}

}  // namespace
}  // namespace caisson
