// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "core/document.h"

namespace caisson {
namespace {

std::string error_of(std::string_view text) {
    Diagnostics diagnostics;
    const std::optional<Node> root = parse_document(text, "f", diagnostics);
    EXPECT_FALSE(root.has_value());
    return diagnostics.empty() ? "" : format(diagnostics.front());
}

Node parsed(std::string_view text) {
    Diagnostics diagnostics;
    std::optional<Node> root = parse_document(text, "f", diagnostics);
    EXPECT_TRUE(diagnostics.empty()) << format(diagnostics.front());
    return root ? std::move(*root) : Node{};
}

TEST(ParseDocument, KeepsPositionsOfKeysAndValues) {
    const Node root = parsed("# comment\n[a]\n  b = 'x'\n");
    const Member* table = find_member(*root.as<Node::Table>(), "a");
    ASSERT_NE(table, nullptr);
    const Member* member = find_member(*table->value.as<Node::Table>(), "b");
    ASSERT_NE(member, nullptr);
    EXPECT_EQ(member->at, (Position{"f", 3, 3}));
    EXPECT_EQ(member->value.at, (Position{"f", 3, 7}));
}

TEST(ParseDocument, CountsColumnsInCodePoints) {
    const Node root = parsed("a = 'ä'\n\"ü\" = { b = 1 }\n");
    const Node& table = find_member(*root.as<Node::Table>(), "ü")->value;
    EXPECT_EQ(table.at, (Position{"f", 2, 7}));
}

TEST(ParseDocument, KeepsTheOrderOfTheSource) {
    const Node root = parsed("z = 1\na = 2\n[m]\n[b]\n");
    const Node::Table& members = *root.as<Node::Table>();
    EXPECT_EQ(members[0].key + members[1].key + members[2].key + members[3].key, "zamb");
}

TEST(ParseDocument, TellsTypesApart) {
    const Node root = parsed("a = true\nb = 1\nc = 1.5\nd = 'x'\ne = []\nf = {}\ng = 1979-05-27\n");
    const Node::Table& members = *root.as<Node::Table>();
    EXPECT_EQ(type_name(members[0].value), "a boolean");
    EXPECT_EQ(type_name(members[1].value), "an integer");
    EXPECT_EQ(type_name(members[2].value), "a number with a fraction");
    EXPECT_EQ(type_name(members[3].value), "a string");
    EXPECT_EQ(type_name(members[4].value), "an array");
    EXPECT_EQ(type_name(members[5].value), "a table");
    EXPECT_EQ(type_name(members[6].value), "a date or time");
}

TEST(ParseDocument, AcceptsAnEmptyText) {
    EXPECT_TRUE(parsed("").as<Node::Table>()->empty());
    EXPECT_TRUE(parsed("\xef\xbb\xbf").as<Node::Table>()->empty());
}

TEST(ParseDocument, RejectsWhatIsNoText) {
    EXPECT_EQ(error_of(std::string_view("a = 1\n\0", 7)),
              "f:2:1: error: a NUL byte: this is no text file");
    EXPECT_EQ(error_of("\x01"), "f:1:1: error: a control character: this is no text file");
    EXPECT_EQ(error_of("a = '\xff'"), "f:1:6: error: not UTF-8");
    EXPECT_EQ(error_of("a = '\xe2\x82'"), "f:1:6: error: not UTF-8");
    EXPECT_EQ(error_of("a = '\xf4\x90\x80\x80'"), "f:1:6: error: not UTF-8");
    EXPECT_EQ(error_of("\xff\xfe"), "f:1:1: error: not UTF-8");
}

TEST(ParseDocument, RejectsANulThatIsSpelledOut) {
    EXPECT_EQ(error_of("a = \"\\u0000\""), "f:1:5: error: a NUL character in a string");
    EXPECT_EQ(error_of("\"\\u0000\" = 1"), "f:1:1: error: a NUL character in a string");
}

TEST(ParseDocument, BoundsTheDepthOfDottedKeys) {
    std::string key = "a";
    for (int i = 0; i < 300000; ++i)
        key += ".a";
    EXPECT_EQ(error_of("[" + key + "]"), "f:1:65: error: too many parts in a dotted key");
    EXPECT_EQ(error_of("x = { " + key + " = 1 }"), "f:1:70: error: too many parts in a dotted key");
    EXPECT_EQ(
        error_of("x = '#'\n\"[\" = \"\"\"\n\\\"\"\" . '''\"\"\"\n" + key + " = 1").substr(0, 4),
        "f:4:");
}

TEST(ParseDocument, DoesNotMistakeTextForKeys) {
    const std::string dots(100, '.');
    parsed("a = \"" + dots + "\" # " + dots + "\nb = '''" + dots + "'''\nc = \"\"\"\\\"" + dots +
           "\"\"\"\"\"\n" + "d = ''''" + dots + "'''\n");
}

TEST(ParseDocument, BoundsTheDepthOfBrackets) {
    EXPECT_EQ(error_of("a = " + std::string(100000, '[')),
              "f:1:37: error: too many brackets in each other");
    EXPECT_EQ(error_of(std::string(100000, '[')),
              "f:1:1: error: a table header must begin with a name");
}

TEST(ParseDocument, RejectsBareCharactersThatAreNotAscii) {
    EXPECT_EQ(error_of("\n\u00e4 = 1"), "f:2:1: error: a character that needs quotes");
    EXPECT_EQ(error_of("a = \u00a0'x'"), "f:1:5: error: a character that needs quotes");
    EXPECT_EQ(error_of("a.\u04a7 = 1"), "f:1:3: error: a character that needs quotes");
}

TEST(ParseDocument, RejectsBracketsThatDoNotMatch) {
    EXPECT_EQ(error_of("a = [ 'x',\n}\n"), "f:2:1: error: a } where a ] is due");
    EXPECT_EQ(error_of("a = { b = 1 ]\n"), "f:1:13: error: a ] where a } is due");
    EXPECT_NE(error_of("]"), "");
    EXPECT_NE(error_of("a = ]"), "");
    EXPECT_NE(error_of("a = { ["), "");
    EXPECT_NE(error_of("a = [ ="), "");
}

TEST(ParseDocument, RejectsHeadersThatToml33AbortsOn) {
    for (const char* text : {"[[[a]]]", "[[=", "[=", "[ [a]]", "[[ [a", "[.a]", "[[.", "["})
        EXPECT_NE(error_of(text), "") << text;
    parsed("a = [\n[[1]],\n [ [2] ],\n]\n[[ b ]]\n[ \"c\" ]\n['d'.e]\n[-]\n");
}

}  // namespace
}  // namespace caisson
