// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "core/passwd.h"

namespace caisson {
namespace {

constexpr std::string_view passwd = "root:x:0:0:root:/root:/bin/sh\n"
                                    "app:x:1000:1000::/srv/app:/bin/sh\n"
                                    "1001:x:7:7:a name of digits:/:/bin/sh\n"
                                    "broken:x:nine:9::/:/bin/sh\n";
constexpr std::string_view group = "root:x:0:\napp:x:1000:\nextra:x:2000:app,other\n";

Result<Identity> resolve(std::string_view user, const std::vector<std::string>& groups = {}) {
    return resolve_identity(user, groups, passwd, group);
}

TEST(ResolveIdentity, FindsAName) {
    Result<Identity> app = resolve("app");
    ASSERT_TRUE(app);
    EXPECT_EQ(app->uid, 1000U);
    EXPECT_EQ(app->gid, 1000U);
    EXPECT_EQ(app->home, "/srv/app");
    EXPECT_EQ(app->groups, std::vector<std::uint32_t>{2000});
}

TEST(ResolveIdentity, FindsAUidWithItsGroup) {
    Result<Identity> app = resolve("1000");
    ASSERT_TRUE(app);
    EXPECT_EQ(app->gid, 1000U);
    EXPECT_TRUE(app->groups.empty());
}

TEST(ResolveIdentity, TakesAUidThatPasswdLacks) {
    Result<Identity> other = resolve("4242");
    ASSERT_TRUE(other);
    EXPECT_EQ(other->uid, 4242U);
    EXPECT_EQ(other->gid, 0U);
    EXPECT_EQ(other->home, "/");
}

TEST(ResolveIdentity, NeverTakesDigitsForAName) {
    Result<Identity> digits = resolve("1001");
    ASSERT_TRUE(digits);
    EXPECT_EQ(digits->uid, 1001U);
}

TEST(ResolveIdentity, TakesAnExplicitGroup) {
    Result<Identity> app = resolve("app:extra");
    ASSERT_TRUE(app);
    EXPECT_EQ(app->gid, 2000U);
    EXPECT_TRUE(app->groups.empty());
}

TEST(ResolveIdentity, AddsSupplementaryGroups) {
    Result<Identity> root = resolve("0", {"extra", "7", "extra"});
    ASSERT_TRUE(root);
    EXPECT_EQ(root->groups, (std::vector<std::uint32_t>{7, 2000}));
}

class RefusedUser : public testing::TestWithParam<const char*> {};

TEST_P(RefusedUser, IsAnError) {
    EXPECT_FALSE(resolve(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Users, RefusedUser,
                         testing::Values("", ":1", "1:", "-1", "+1", "1x", "nobody", "app:nobody",
                                         "4294967295", "4294967296", "99999999999", "broken",
                                         "0:-1", "0: 1"));

TEST(ResolveIdentity, SurvivesJunk) {
    const std::string junk(100000, ':');
    EXPECT_FALSE(resolve_identity("app", {}, junk, junk));
    EXPECT_TRUE(resolve_identity("0", {}, junk, junk));
}

}  // namespace
}  // namespace caisson
