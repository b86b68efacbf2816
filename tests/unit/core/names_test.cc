// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "core/journal_field.h"
#include "core/names.h"

namespace caisson {
namespace {

using Check = Complaint (*)(std::string_view);

void accepts(Check check, std::initializer_list<std::string_view> texts) {
    for (const std::string_view text : texts)
        EXPECT_FALSE(check(text)) << text;
}
void refuses(Check check, std::initializer_list<std::string_view> texts) {
    for (const std::string_view text : texts)
        EXPECT_TRUE(check(text)) << text;
}

TEST(CheckResourceName, KnowsNames) {
    accepts(check_resource_name, {"a", "0", "web", "my.app-1_x", std::string(63, 'a')});
    refuses(check_resource_name, {"", ".", "..", "-a", "_a", "a b", "a/b", "a@", "a%", "a:b",
                                  "\xc3\xa4", std::string(64, 'a'), "a.service", "a.slice", "a\n"});
}

TEST(CheckUnitName, WantsASuffix) {
    accepts(check_unit_name, {"a.service", "a@%i.service", "dev-sda1.device", "a\\x2db.mount"});
    refuses(check_unit_name, {"", "a", ".service", "a b.service", "a/b.service", "@a.service"});
}

TEST(CheckSlice, KnowsTheHierarchy) {
    accepts(check_slice, {"a.slice", "a-b.slice", "-.slice", "tenant-%i.slice"});
    refuses(check_slice,
            {"", "a", ".slice", "a.service", "-a.slice", "a-.slice", "a--b.slice", "a/b.slice"});
}

TEST(CheckUser, NeverReadsDigitsAsAName) {
    accepts(check_user,
            {"0", "01", "root", "www-data", "_apt", "0:0", "a:b", "4294967294", "u%i", "%i:%i"});
    refuses(check_user, {"", ":", "1:", ":1", "-1", "1x", "4294967295", "4294967296", "99999999999",
                         "0:-1", "a b", "a:b:c", "a/b", "a\nb", "%i b"});
}

TEST(CheckHostname, KnowsLabels) {
    accepts(check_hostname, {"a", "web.example.com", "a-1", "%i", "web-%i.local"});
    refuses(check_hostname,
            {"", "-a", "a-", "a..b", ".a", "a.", "a_b", "a b", std::string(65, 'a'), "%i b"});
}

TEST(CheckVariableName, KnowsVariables) {
    accepts(check_variable_name, {"A", "_", "a1", "PATH_append"});
    refuses(check_variable_name, {"", "1A", "A-B", "A=B", "A B", "\xc3\xa4"});
}

TEST(CheckAbsolutePath, RefusesToClimb) {
    accepts(check_absolute_path, {"/", "/a", "/a/..b", "/a..", "%t/x", "/srv/%i"});
    refuses(check_absolute_path,
            {"", "a", "./a", "/..", "/a/../b", "%i/x", std::string(4097, '/')});
}

TEST(CheckFileMode, IsOctal) {
    EXPECT_FALSE(check_file_mode("0022", 0777));
    EXPECT_FALSE(check_file_mode("022", 0777));
    EXPECT_FALSE(check_file_mode("1777", 07777));
    for (const char* mode : {"", "8", "22", "1777", "0o22", "-022", "00000022", "0888"})
        EXPECT_TRUE(check_file_mode(mode, 0777)) << mode;
}

TEST(ParseSignal, KnowsNamesAndNumbers) {
    EXPECT_EQ(parse_signal("SIGTERM")->number, 15);
    EXPECT_EQ(parse_signal("TERM")->name, "SIGTERM");
    EXPECT_EQ(parse_signal("15")->name, "SIGTERM");
    EXPECT_EQ(parse_signal("SIGRTMIN+3")->number, 37);
    EXPECT_EQ(parse_signal("RTMIN")->name, "SIGRTMIN+0");
    EXPECT_EQ(parse_signal("SIGRTMAX-1")->number, 63);
    EXPECT_EQ(parse_signal("37")->name, "SIGRTMIN+3");
    for (const char* text : {"", "SIG", "SIGTREM", "term", "0", "32", "33", "65", "-1", "RTMIN+31",
                             "RTMIN-1", "RTMIN+", "RTMAX+1", "15 "})
        EXPECT_FALSE(parse_signal(text)) << text;
}

TEST(JournalField, HoldsWhatTheJournalTakes) {
    EXPECT_EQ(journal_field("com.example/team-1"), "CAISSON_LABEL_COM_EXAMPLE_TEAM_1");
    EXPECT_FALSE(check_label_name(std::string(50, 'a')));
    EXPECT_TRUE(check_label_name(std::string(51, 'a')));
    EXPECT_TRUE(check_label_name(""));
    EXPECT_TRUE(check_label_name("a=b"));
}

}  // namespace
}  // namespace caisson
