// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "core/quantity.h"

namespace caisson {
namespace {

TEST(ParseRate, CountsInThousands) {
    EXPECT_EQ(parse_rate("4096"), 4096u);
    EXPECT_EQ(parse_rate("10M"), 10'000'000u);
    EXPECT_EQ(parse_rate("1.5G 1K"), 1'500'001'000u);
    EXPECT_EQ(parse_rate("1K 1M"), std::nullopt);
    EXPECT_EQ(parse_rate("10MB"), std::nullopt);
}

TEST(ParseSize, TakesWhatSystemdTakes) {
    EXPECT_EQ(parse_size("0"), 0u);
    EXPECT_EQ(parse_size("4096"), 4096u);
    EXPECT_EQ(parse_size("512B"), 512u);
    EXPECT_EQ(parse_size("1K"), 1024u);
    EXPECT_EQ(parse_size("512M"), 512u << 20);
    EXPECT_EQ(parse_size("512 M"), 512u << 20);
    EXPECT_EQ(parse_size("1.5G"), 1536ull << 20);
    EXPECT_EQ(parse_size("10.M"), 10u << 20);
    EXPECT_EQ(parse_size("1G 512M"), 1536ull << 20);
    EXPECT_EQ(parse_size("7E"), 7ull << 60);
}

TEST(ParseSize, RejectsTheRest) {
    for (const char* text : {"", " ", "M", "512MB", "512MiB", "512m", "-1", "+1", "1.5.5G", "0x10",
                             "8E", "99999999999999999999", "512M 1G", "1G 1G", "infinity", "50%"})
        EXPECT_EQ(parse_size(text), std::nullopt) << text;
}

TEST(ParseTime, TakesSpans) {
    EXPECT_EQ(parse_time("90"), 90'000'000u);
    EXPECT_EQ(parse_time("500ms"), 500'000u);
    EXPECT_EQ(parse_time("1min 30s"), 90'000'000u);
    EXPECT_EQ(parse_time("1min30s"), 90'000'000u);
    EXPECT_EQ(parse_time(" 2 h "), 7'200'000'000u);
    EXPECT_EQ(parse_time("1.5s"), 1'500'000u);
    EXPECT_EQ(parse_time(".5s"), 500'000u);
    EXPECT_EQ(parse_time("1d"), 86'400'000'000u);
    EXPECT_EQ(parse_time("1m"), 60'000'000u);
    EXPECT_EQ(parse_time("1M"), 2'629'800'000'000u);
    EXPECT_EQ(parse_time("10\xc2\xb5s"), 10u);
    EXPECT_EQ(parse_time("0"), 0u);
    EXPECT_EQ(parse_time("infinity"), infinite_time);
}

TEST(ParseTime, RejectsTheRest) {
    for (const char* text : {"", " ", "s", "10 parsecs", "-1s", "1s s", ".s", "1..5s", "1e3",
                             "99999999999999999999", "1000000y"})
        EXPECT_EQ(parse_time(text), std::nullopt) << text;
}

TEST(ParsePermyriad, TakesPercentagesAboveAHundredToo) {
    EXPECT_EQ(parse_permyriad("0%"), 0u);
    EXPECT_EQ(parse_permyriad("50%"), 5000u);
    EXPECT_EQ(parse_permyriad("12.5%"), 1250u);
    EXPECT_EQ(parse_permyriad("12.34%"), 1234u);
    EXPECT_EQ(parse_permyriad("250%"), 25000u);
}

TEST(ParsePermyriad, RejectsTheRest) {
    for (const char* text : {"", "%", "50", "-1%", "50 %", "1.234%", "1%%", "99999999999%"})
        EXPECT_EQ(parse_permyriad(text), std::nullopt) << text;
}

TEST(IsNumberSet, TakesRangesAndLists) {
    for (const char* text : {"0", "0-3", "0-3,5", "0-3 5", "1, 2", "8191"})
        EXPECT_TRUE(is_number_set(text)) << text;
    for (const char* text : {"", ",", "a", "3-1", "1-", "-1", "8192", "0-9999999999", "1--2"})
        EXPECT_FALSE(is_number_set(text)) << text;
}

}  // namespace
}  // namespace caisson
