// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "ctl/table.h"

namespace caisson {
namespace {

const Table sizes{{{"NAME"}, {"SIZE", Alignment::Right}}, {{{"日本"}, {"1K"}}, {{"a"}, {"12.5M"}}}};

TEST(RenderTable, AlignsByTheWidthOnTheTerminal) {
    EXPECT_EQ(render(sizes, {}), "NAME  SIZE\n"
                                 "日本    1K\n"
                                 "a    12.5M\n");
}

TEST(RenderTable, PaintsWithoutMovingColumns) {
    const Table table{{{"A"}, {"B"}}, {{{"x", Colour::Green}, {"y"}}, {{"long"}, {"z"}}}};
    EXPECT_EQ(render(table, {.colour = true, .legend = false}), "\033[0;1;32mx\033[0m    y\n"
                                                                "long z\n");
}

TEST(RenderTable, EndsLinesWithoutBlanks) {
    const Table table{{{"A"}, {"B"}}, {{{"x"}, {""}}}};
    EXPECT_EQ(render(table, {.legend = false}), "x\n");
}

}  // namespace
}  // namespace caisson
