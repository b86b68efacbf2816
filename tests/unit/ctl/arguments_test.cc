// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "ctl/arguments.h"

namespace caisson {
namespace {

using Words = std::vector<std::string>;

std::variant<Arguments, Advice> parse(std::vector<const char*> words) {
    words.insert(words.begin(), "caissonctl");
    return parse_arguments(static_cast<int>(words.size()), words.data());
}

template <typename Options>
Options options_of(std::vector<const char*> words) {
    const std::variant<Arguments, Advice> parsed = parse(std::move(words));
    if (const Advice* advice = std::get_if<Advice>(&parsed)) {
        ADD_FAILURE() << advice->text;
        return {};
    }
    return std::get<Options>(std::get<Arguments>(parsed).verb);
}

int misuse(std::vector<const char*> words) {
    const std::variant<Arguments, Advice> parsed = parse(std::move(words));
    const Advice* advice = std::get_if<Advice>(&parsed);
    return advice != nullptr ? advice->status : -1;
}

TEST(CommandLine, TakesCommonOptionsOnBothSidesOfTheVerb) {
    EXPECT_EQ(std::get<Arguments>(parse({"--json", "list"})).format, Format::Machine);
    EXPECT_EQ(std::get<Arguments>(parse({"list", "--json"})).format, Format::Machine);
    EXPECT_FALSE(std::get<Arguments>(parse({"status", "--no-pager", "web"})).pager);
}

TEST(CommandLine, TellsJobsApart) {
    EXPECT_EQ(options_of<JobOptions>({"start", "a", "b"}).type, JobType::Start);
    EXPECT_EQ(options_of<JobOptions>({"reload", "a"}).type, JobType::Reload);
    EXPECT_EQ(options_of<JobOptions>({"stop", "a", "b"}).names, (Words{"a", "b"}));
}

TEST(CommandLine, TakesOptionsOfVerbs) {
    EXPECT_EQ(options_of<LogsOptions>({"logs", "-f", "-n", "5", "web"}).lines, 5u);
    EXPECT_EQ(options_of<ShowOptions>({"show", "web", "--oci"}).view, View::Oci);
    EXPECT_EQ(options_of<KillOptions>({"kill", "--signal=HUP", "web"}).signal, "HUP");
    EXPECT_EQ(options_of<KillOptions>({"kill", "--all", "web"}).whom, KillWhom::All);
    EXPECT_EQ(options_of<CheckOptions>({"check", "--root", "/r", "a.toml"}).root, "/r");
}

TEST(CommandLine, GivesExecTheCommandAsItIs) {
    const ExecOptions options =
        options_of<ExecOptions>({"exec", "web", "--", "ls", "--json", "--", "-l"});
    EXPECT_EQ(options.name, "web");
    EXPECT_EQ(options.command, (Words{"ls", "--json", "--", "-l"}));
}

TEST(CommandLine, TakesExecWithoutDashes) {
    const ExecOptions options =
        options_of<ExecOptions>({"exec", "--user", "www", "web", "ls", "-l"});
    EXPECT_EQ(options.user, "www");
    EXPECT_EQ(options.name, "web");
    EXPECT_EQ(options.command, (Words{"ls", "-l"}));
}

TEST(CommandLine, TakesOptionsOfExecAfterTheName) {
    EXPECT_EQ(options_of<ExecOptions>({"exec", "web", "--user", "www", "--", "id"}).user, "www");
    EXPECT_EQ(options_of<ExecOptions>({"exec", "web", "-u", "www", "id"}).command, Words{"id"});
}

TEST(CommandLine, ThatMakesNoSenseIsMisuse) {
    EXPECT_EQ(misuse({}), Misuse);
    EXPECT_EQ(misuse({"frobnicate"}), Misuse);
    EXPECT_EQ(misuse({"list", "--frobnicate"}), Misuse);
    EXPECT_EQ(misuse({"start"}), Misuse);
    EXPECT_EQ(misuse({"show", "web", "--oci", "--plan"}), Misuse);
    EXPECT_EQ(misuse({"logs", "-n", "many", "web"}), Misuse);
    EXPECT_EQ(misuse({"exec", "web"}), Misuse);
    EXPECT_EQ(misuse({"exec", "web", "--"}), Misuse);
}

TEST(CommandLine, PrintsHelpWithSuccess) {
    EXPECT_EQ(misuse({"--help"}), Success);
    EXPECT_EQ(misuse({"help"}), Success);
    EXPECT_EQ(misuse({"list", "--help"}), Success);
}

TEST(CommandLine, HasTheSameHelpAsAVerbAndAsAnOption) {
    const std::variant<Arguments, Advice> verb = parse({"help"});
    const std::variant<Arguments, Advice> option = parse({"--help"});
    EXPECT_EQ(std::get<Advice>(verb).text, std::get<Advice>(option).text);
}

}  // namespace
}  // namespace caisson
