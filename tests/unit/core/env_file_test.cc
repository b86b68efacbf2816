// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "core/env_file.h"

namespace caisson {
namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

Variables variables(std::string_view text) {
    return parse_environment_file(text).variables;
}

TEST(EnvironmentFile, ReadsAssignments) {
    EXPECT_EQ(variables("A=1\nB=two words\n"), (Variables{{"A", "1"}, {"B", "two words"}}));
}

TEST(EnvironmentFile, IgnoresCommentsAndBlankLines) {
    EXPECT_EQ(variables("# A=1\n; B=2\n\n  \nC=3"), (Variables{{"C", "3"}}));
}

TEST(EnvironmentFile, TrimsUnquotedBlanks) {
    EXPECT_EQ(variables("  A =  1 2  \n"), (Variables{{"A", "1 2"}}));
}

TEST(EnvironmentFile, KeepsQuotedBlanks) {
    EXPECT_EQ(variables("A=' 1 '\nB=\" 2 \"\n"), (Variables{{"A", " 1 "}, {"B", " 2 "}}));
}

TEST(EnvironmentFile, SpansLinesInQuotes) {
    EXPECT_EQ(variables("A='1\n2'\nB=3\n"), (Variables{{"A", "1\n2"}, {"B", "3"}}));
}

TEST(EnvironmentFile, ContinuesAfterBackslash) {
    EXPECT_EQ(variables("A=1\\\n2\n"), (Variables{{"A", "12"}}));
}

TEST(EnvironmentFile, UnescapesAsAShellDoes) {
    EXPECT_EQ(variables(R"(A="\"\\\$\n")"), (Variables{{"A", R"("\$\n)"}}));
}

TEST(EnvironmentFile, ExpandsNothing) {
    EXPECT_EQ(variables("A=$HOME `id`\n"), (Variables{{"A", "$HOME `id`"}}));
}

TEST(EnvironmentFile, ReportsLinesThatAreNoAssignments) {
    const EnvironmentFile file = parse_environment_file("A=1\nexport\n2B=3\n");
    EXPECT_EQ(file.variables, (Variables{{"A", "1"}}));
    EXPECT_EQ(file.bad_lines, (std::vector<unsigned>{2, 3}));
}

TEST(EnvironmentFile, EndsInAnOpenQuote) {
    EXPECT_EQ(variables("A='1"), (Variables{{"A", "1"}}));
}

}  // namespace
}  // namespace caisson
