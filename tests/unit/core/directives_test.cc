// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "core/directives.h"
#include "core/keys.h"

namespace caisson {
namespace {

TEST(ExplainOwnedDirective, NamesTheKeyToUse) {
    EXPECT_EQ(explain_owned_directive(UnitSection::Service, "MemoryMax"),
              "is set by Caisson; use container.resources.memory_max instead");
    EXPECT_EQ(explain_owned_directive(UnitSection::Service, "Type"),
              "is set by Caisson and cannot be changed");
    EXPECT_EQ(explain_owned_directive(UnitSection::Service, "PrivateTmp"),
              "applies to caisson-runtime, not to the payload");
}

TEST(ExplainOwnedDirective, LeavesTheRestToTheUser) {
    EXPECT_FALSE(explain_owned_directive(UnitSection::Service, "RestartSec"));
    EXPECT_FALSE(explain_owned_directive(UnitSection::Service, "ExecStartPre"));
    EXPECT_FALSE(explain_owned_directive(UnitSection::Unit, "OnFailure"));
    EXPECT_FALSE(explain_owned_directive(UnitSection::Install, "Alias"));
    EXPECT_TRUE(explain_owned_directive(UnitSection::Install, "Also"));
}

TEST(IsDirectiveName, IsWhatSystemdUses) {
    EXPECT_TRUE(is_directive_name("CPUQuota"));
    EXPECT_TRUE(is_directive_name("OOMScoreAdjust"));
    for (const char* name : {"", "x", "A B", "A=B", "A\n", "A_B", "#A", "[Service]"})
        EXPECT_FALSE(is_directive_name(name)) << name;
}

// A directive that one of our keys becomes is the key's, in the service and in the scope.
TEST(ExplainOwnedDirective, CoversEveryResourceKey) {
    for (const Key& key : keys_of("container.resources")) {
        if (key.stage != 'a')
            continue;
        const std::string_view directive = key.directive.substr(0, key.directive.size() - 1);
        EXPECT_TRUE(explain_owned_directive(UnitSection::Service, directive)) << directive;
    }
}

}  // namespace
}  // namespace caisson
