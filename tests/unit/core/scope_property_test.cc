// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "core/scope_property.h"

namespace caisson {
namespace {

template <typename T>
void expect_property(const Directive& directive, const char* name, const T& value) {
    Result<ScopeProperty> property = scope_property(directive);
    ASSERT_TRUE(property);
    EXPECT_EQ(property->name, name);
    ASSERT_TRUE(std::holds_alternative<T>(property->value));
    EXPECT_EQ(std::get<T>(property->value), value);
}

TEST(ScopeProperty, TakesSizes) {
    expect_property<std::uint64_t>({"MemoryMax", "64M"}, "MemoryMax", 64U << 20);
}

TEST(ScopeProperty, TakesInfinity) {
    expect_property<std::uint64_t>({"TasksMax", "infinity"}, "TasksMax", UINT64_MAX);
}

TEST(ScopeProperty, ScalesShares) {
    expect_property<std::uint32_t>({"MemoryHigh", "50%"}, "MemoryHighScale", 0x80000000U);
    expect_property<std::uint32_t>({"MemoryHigh", "100%"}, "MemoryHighScale", UINT32_MAX);
}

TEST(ScopeProperty, TurnsQuotaIntoTime) {
    expect_property<std::uint64_t>({"CPUQuota", "250%"}, "CPUQuotaPerSecUSec", 2500000U);
}

TEST(ScopeProperty, KnowsTheIdleWeight) {
    expect_property<std::uint64_t>({"CPUWeight", "idle"}, "CPUWeight", 0U);
}

TEST(ScopeProperty, TurnsSetsIntoMasks) {
    expect_property<std::vector<std::uint8_t>>({"AllowedCPUs", "0-3,9"}, "AllowedCPUs",
                                               {0x0f, 0x02});
}

TEST(ScopeProperty, RefusesWhatItCannotType) {
    EXPECT_FALSE(scope_property({"MemoryMax", "lots"}));
    EXPECT_FALSE(scope_property({"AllowedCPUs", "3-1"}));
    EXPECT_FALSE(scope_property({"AllowedCPUs", "0-99999999"}));
    EXPECT_FALSE(scope_property({"IPAddressDeny", "any"}));
}

}  // namespace
}  // namespace caisson
