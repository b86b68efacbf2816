// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <set>

#include "core/keys.h"

namespace caisson {
namespace {

TEST(Keys, AreUniqueAndDocumented) {
    std::set<std::string> paths;
    for (const Key& key : keys()) {
        EXPECT_TRUE(paths.insert(key_path(key)).second) << key_path(key);
        EXPECT_FALSE(key.doc.empty()) << key_path(key);
        EXPECT_FALSE(key.type.empty()) << key_path(key);
    }
}

TEST(Keys, HaveAReaderWhenImplemented) {
    for (const Key& key : keys()) {
        const bool is_read = key.read != nullptr;
        const bool is_split_off = key.section.empty();
        const bool is_implemented = key.stage != 'n' && key.stage != 'i';
        EXPECT_EQ(is_read || is_split_off, is_implemented || is_split_off) << key_path(key);
    }
}

TEST(Keys, BelongToASectionThatIsAKeyItself) {
    for (const Key& key : keys()) {
        if (key.section.empty())
            continue;
        const std::size_t dot = key.section.rfind('.');
        const bool is_top = dot == std::string_view::npos;
        const std::string_view outer = is_top ? "" : key.section.substr(0, dot);
        const std::string_view name = is_top ? key.section : key.section.substr(dot + 1);
        EXPECT_NE(find_key(keys_of(outer), name), nullptr) << key.section;
    }
}

TEST(ExplainUnknownKey, FindsTheNearest) {
    EXPECT_EQ(explain_unknown_key("container.resources", "memroy_max"),
              "unknown key; did you mean \"memory_max\"?");
    EXPECT_EQ(explain_unknown_key("container", "enviroment"),
              "unknown key; did you mean \"environment\"?");
    EXPECT_EQ(explain_unknown_key("container.resources", "memory"),
              "unknown key; did you mean \"memory_max\"?");
    EXPECT_EQ(explain_unknown_key("container", "memory_max"),
              "unknown key here; it belongs in container.resources");
    EXPECT_EQ(explain_unknown_key("container", "xyzzy"), "unknown key");
    EXPECT_EQ(explain_unknown_key("container", std::string(100000, 'a')), "unknown key");
}

TEST(FindNearest, CountsASwapAsOne) {
    const std::string_view words[] = {"abcd", "wxyz"};
    EXPECT_EQ(find_nearest("abdc", words), "abcd");
    EXPECT_EQ(find_nearest("", words), std::nullopt);
    EXPECT_EQ(find_nearest("mnop", words), std::nullopt);
}

TEST(KeyPath, QuotesWhatIsNoBareKey) {
    EXPECT_EQ(key_path("container.labels", "role"), "container.labels.role");
    EXPECT_EQ(key_path("container.labels", "a b\n"), "container.labels.\"a b\\x0a\"");
    EXPECT_EQ(key_path("", "container"), "container");
}

}  // namespace
}  // namespace caisson
