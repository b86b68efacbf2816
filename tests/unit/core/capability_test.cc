// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <algorithm>

#include "core/capability.h"

namespace caisson {
namespace {

TEST(CapabilityName, TakesEverySpelling) {
    for (const char* word : {"NET_RAW", "net_raw", "CAP_NET_RAW", "cap_net_raw", "Cap_Net_Raw"})
        EXPECT_EQ(capability_name(word), "CAP_NET_RAW") << word;
    EXPECT_EQ(capability_name("all"), "ALL");
    EXPECT_EQ(capability_name("ALL"), "ALL");
}

TEST(CapabilityName, RefusesWhatIsNone) {
    for (const char* word : {"", "CAP_", "CAP_ALL", "NET RAW", "NET_RAW ", "CAP_CAP_NET_RAW", "21"})
        EXPECT_EQ(capability_name(word), std::nullopt) << word;
}

TEST(Capabilities, AreAllOfTheKernel) {
    EXPECT_EQ(all_capabilities().size(), 41U);
    EXPECT_EQ(all_capabilities()[21], "CAP_SYS_ADMIN");
}

TEST(Capabilities, OfTheDefaultSetAreFewerThanDockers) {
    EXPECT_EQ(default_capabilities().size(), 11U);
    for (const char* name :
         {"CAP_SYS_ADMIN", "CAP_NET_RAW", "CAP_MKNOD", "CAP_AUDIT_WRITE", "CAP_NET_ADMIN"})
        EXPECT_EQ(std::count(default_capabilities().begin(), default_capabilities().end(), name), 0)
            << name;
}

}  // namespace
}  // namespace caisson
