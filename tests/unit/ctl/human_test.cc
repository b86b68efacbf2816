// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "ctl/human.h"

namespace caisson {
namespace {

constexpr std::uint64_t second = 1'000'000;

TEST(HumanSize, IsThatOfSystemctl) {
    EXPECT_EQ(human_size(0), "0B");
    EXPECT_EQ(human_size(1023), "1023B");
    EXPECT_EQ(human_size(1024), "1K");
    EXPECT_EQ(human_size(1536), "1.5K");
    EXPECT_EQ(human_size(536870912), "512M");
    EXPECT_EQ(human_size(18446744073709551615U), "15.9E");
}

TEST(HumanAge, IsThatOfSystemctl) {
    EXPECT_EQ(human_age(5000), "5ms ago");
    EXPECT_EQ(human_age(59 * second), "59s ago");
    EXPECT_EQ(human_age(123 * second), "2min 3s ago");
    EXPECT_EQ(human_age(700 * second), "11min ago");
    EXPECT_EQ(human_age(3700 * second), "1h 1min ago");
    EXPECT_EQ(human_age(10 * 3600 * second), "10h ago");
    EXPECT_EQ(human_age(26 * 3600 * second), "1 day 2h ago");
    EXPECT_EQ(human_age(3 * 86400 * second), "3 days ago");
    EXPECT_EQ(human_age(8 * 86400 * second), "1 week 1 day ago");
}

TEST(HumanDuration, KeepsWhatMatters) {
    EXPECT_EQ(human_duration(12'000), "12ms");
    EXPECT_EQ(human_duration(1'234'000), "1.234s");
    EXPECT_EQ(human_duration(62 * second), "1min 2s");
    EXPECT_EQ(human_duration(90000 * second), "1d 1h");
}

TEST(DisplayWidth, CountsWhatTheTerminalShows) {
    EXPECT_EQ(display_width("web"), 3u);
    EXPECT_EQ(display_width("●"), 1u);
    EXPECT_EQ(display_width("日本"), 4u);
    EXPECT_EQ(display_width("e\u0301"), 1u);
    EXPECT_EQ(display_width("\xff"), 1u);
}

TEST(Printable, LeavesNoCommandsToTheTerminal) {
    EXPECT_EQ(printable("a\tb"), "a b");
    EXPECT_EQ(printable("\033]0;x\a"), "?]0;x?");
    EXPECT_EQ(printable("\xff\xc3"), "??");
    EXPECT_EQ(printable("häß日"), "häß日");
    EXPECT_EQ(printable("\u202eevil"), "?evil");
}

}  // namespace
}  // namespace caisson
