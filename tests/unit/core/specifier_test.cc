// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "core/specifier.h"

namespace caisson {
namespace {

TEST(CheckSpecifiers, CollectsThoseUsed) {
    std::set<char> used;
    EXPECT_EQ(check_specifiers("%i on %H: 100%%", used), std::nullopt);
    EXPECT_EQ(used, (std::set<char>{'H', 'i'}));
}

TEST(CheckSpecifiers, RefusesUnknownOnes) {
    std::set<char> used;
    EXPECT_TRUE(check_specifiers("date +%s", used));
    EXPECT_TRUE(check_specifiers("100%", used));
}

TEST(ExpandSpecifiers, PutsValuesIn) {
    Result<std::string> text = expand_specifiers("%i-%%i-%H", {{'i', "blue"}, {'H', "host"}});
    ASSERT_TRUE(text);
    EXPECT_EQ(*text, "blue-%i-host");
}

TEST(ExpandSpecifiers, ExpandsNoValueTwice) {
    Result<std::string> text = expand_specifiers("%i", {{'i', "%i%%"}});
    ASSERT_TRUE(text);
    EXPECT_EQ(*text, "%i%%");
}

TEST(ExpandSpecifiers, RefusesAMissingValue) {
    EXPECT_FALSE(expand_specifiers("%i", {}));
    EXPECT_FALSE(expand_specifiers("%", {}));
}

TEST(ExpandSpecifiers, LeavesAPlanWithoutThemAlone) {
    Plan plan;
    plan.command = {"date", "+%s"};
    ASSERT_TRUE(expand_specifiers(plan, {}));
    EXPECT_EQ(plan.command[1], "+%s");
}

TEST(ExpandSpecifiers, ReachesEveryPlaceOfAPlan) {
    Plan plan;
    plan.has_specifiers = true;
    plan.name = "web@%i";
    plan.command = {"%i"};
    plan.environment = {{"A", "%i"}};
    plan.mounts = {{.type = MountType::Bind, .source = "/srv/%i", .target = "/%i"}};
    plan.scope_directives = {{"MemoryMax", "50%%"}};
    ASSERT_TRUE(expand_specifiers(plan, {{'i', "blue"}}));
    EXPECT_EQ(plan.name, "web@blue");
    EXPECT_EQ(plan.command[0], "blue");
    EXPECT_EQ(plan.environment[0].second, "blue");
    EXPECT_EQ(plan.mounts[0].source, "/srv/blue");
    EXPECT_EQ(plan.mounts[0].target, "/blue");
    EXPECT_EQ(plan.scope_directives[0].value, "50%");
    EXPECT_FALSE(plan.has_specifiers);
}

}  // namespace
}  // namespace caisson
