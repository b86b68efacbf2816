// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "core/merge.h"

namespace caisson {
namespace {

Node::Table parsed(std::string_view text, std::string_view file) {
    Diagnostics diagnostics;
    std::optional<Node> root = parse_document(text, file, diagnostics);
    EXPECT_TRUE(root.has_value());
    return *root->as<Node::Table>();
}

Diagnostics diagnostics_of_last_merge;

Node::Table merged(std::string_view base, std::string_view overlay) {
    diagnostics_of_last_merge.clear();
    return merge(parsed(base, "base"), parsed(overlay, "overlay"), "container",
                 diagnostics_of_last_merge);
}

std::string text_of(const Node::Table& table, std::string_view key) {
    const Member* member = find_member(table, key);
    const std::string* text = member != nullptr ? member->value.as<std::string>() : nullptr;
    return text != nullptr ? *text : "";
}

TEST(Merge, ReplacesScalarsAndArrays) {
    const Node::Table table =
        merged("user = 'a'\ngroups = ['x', 'y']\n", "user = 'b'\ngroups = []");
    EXPECT_EQ(text_of(table, "user"), "b");
    EXPECT_TRUE(find_member(table, "groups")->value.as<Node::Array>()->empty());
}

TEST(Merge, KeepsThePlaceOfEachValue) {
    const Node::Table table = merged("user = 'a'\numask = '022'\n", "\numask = '077'\n");
    EXPECT_EQ(find_member(table, "user")->value.at, (Position{"base", 1, 8}));
    EXPECT_EQ(find_member(table, "umask")->value.at, (Position{"overlay", 2, 9}));
}

TEST(Merge, MergesTablesAtAnyDepth) {
    const Node::Table table =
        merged("environment = { A = '1', B = '1' }", "environment = { B = '2', C = '2' }");
    const Node::Table& inner = *find_member(table, "environment")->value.as<Node::Table>();
    EXPECT_EQ(text_of(inner, "A") + text_of(inner, "B") + text_of(inner, "C"), "122");
}

TEST(Merge, AppendsToArrays) {
    const Node::Table table = merged("groups = ['a']", "groups_append = ['b']\n");
    const Node::Array& groups = *find_member(table, "groups")->value.as<Node::Array>();
    ASSERT_EQ(groups.size(), 2u);
    EXPECT_EQ(*groups[1].as<std::string>(), "b");
    EXPECT_EQ(groups[1].at.file, "overlay");
    EXPECT_EQ(find_member(table, "groups_append"), nullptr);
}

TEST(Merge, AppendsToNothing) {
    const Node::Table table = merged("", "groups_append = ['b']\n");
    EXPECT_EQ(find_member(table, "groups")->value.as<Node::Array>()->size(), 1u);
}

TEST(Merge, AppendsTablesToo) {
    const Node::Table table =
        merged("[[mount]]\nsource = '/a'", "[[mount_append]]\nsource = '/b'\n");
    EXPECT_EQ(find_member(table, "mount")->value.as<Node::Array>()->size(), 2u);
}

TEST(Merge, RefusesToAppendWhatIsNoArray) {
    merged("groups = 'a'", "groups_append = ['b']");
    EXPECT_EQ(diagnostics_of_last_merge.size(), 1u);
    merged("", "groups_append = 'b'");
    EXPECT_EQ(diagnostics_of_last_merge.size(), 1u);
}

TEST(Merge, LeavesOtherKeysThatEndInAppend) {
    const Node::Table table =
        merged("environment = { A_append = 'x' }", "user_append = ['x']\nunknown_append = ['y']");
    EXPECT_NE(find_member(table, "user_append"), nullptr);
    EXPECT_NE(find_member(table, "unknown_append"), nullptr);
    EXPECT_TRUE(diagnostics_of_last_merge.empty());
}

TEST(Merge, IsLinear) {
    std::string base = "[environment]\n";
    std::string overlay = base;
    for (int i = 0; i < 30000; ++i) {
        base += "A" + std::to_string(i) + " = ''\n";
        overlay += "B" + std::to_string(i) + " = ''\n";
    }
    const Node::Table table = merged(base, overlay);
    EXPECT_EQ(find_member(table, "environment")->value.as<Node::Table>()->size(), 60000u);
}

}  // namespace
}  // namespace caisson
