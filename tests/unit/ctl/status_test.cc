// SPDX-License-Identifier: LGPL-2.1-or-later
#include <nlohmann/json.hpp>

#include <csignal>

#include "fake_manager.h"

namespace caisson {
namespace {

class Status : public WithPlaces {
protected:
    Outcome of(std::vector<std::string> names) {
        Result<Outcome> outcome = status({std::move(names)}, human, inventory, manager, places);
        EXPECT_TRUE(outcome);
        return *outcome;
    }
};

TEST_F(Status, OfARunningContainerIsSuccess) {
    define("web");
    manager.units["web.service"] = running(80'000'000);
    const Outcome outcome = of({"web"});
    EXPECT_EQ(outcome.status, Success);
    EXPECT_NE(outcome.output.find("     Active: active (running) since "), std::string::npos);
    EXPECT_NE(outcome.output.find("   Main PID: 77\n"), std::string::npos);
    EXPECT_NE(outcome.output.find("       Root: /srv/web (ephemeral)\n"), std::string::npos);
    EXPECT_NE(outcome.output.find("     CGroup: /caisson.slice/web.scope\n"), std::string::npos);
}

TEST_F(Status, OfAnInactiveContainerIsThree) {
    define("web");
    EXPECT_EQ(of({"web"}).status, NotActive);
}

TEST_F(Status, OfAnUnknownContainerIsFourAndNamesTheNearest) {
    define("web");
    const Outcome outcome = of({"wbe"});
    EXPECT_EQ(outcome.status, NotFound);
    ASSERT_EQ(outcome.complaints.size(), 1u);
    EXPECT_EQ(outcome.complaints[0], "no container \"wbe\" is defined; did you mean \"web\"?");
}

TEST_F(Status, SaysHowTheMainProcessEnded) {
    define("web");
    manager.units["web.service"] = {{"ActiveState", "failed"},
                                    {"SubState", "failed"},
                                    {"Result", "signal"},
                                    {"ExecMainPID", std::uint64_t{12}},
                                    {"ExecMainCode", std::int64_t{CLD_KILLED}},
                                    {"ExecMainStatus", std::int64_t{SIGKILL}}};
    const std::string text = of({"web"}).output;
    EXPECT_NE(text.find("failed (Result: signal)"), std::string::npos);
    EXPECT_NE(text.find("12 (killed, signal=SIGKILL)"), std::string::npos);
}

TEST_F(Status, ShowsTheErrorsOfADefinition) {
    define_badly("web");
    EXPECT_NE(of({"web"}).output.find(
                  "/etc/caisson/web.toml:3:1: error: container.comand: unknown key\n"),
              std::string::npos);
}

TEST_F(Status, OfARefusedDefinitionIsNotThatOfTheUnitOfOthers) {
    define_refused("dbus");
    const Outcome outcome = of({"dbus"});
    EXPECT_EQ(outcome.status, NotActive);
    EXPECT_EQ(outcome.output.find("running"), std::string::npos) << outcome.output;
    EXPECT_NE(outcome.output.find("Active: no, the definition is refused"), std::string::npos);
    EXPECT_NE(outcome.output.find("/etc/caisson/dbus.toml:3:1: error: "), std::string::npos);
    EXPECT_TRUE(manager.asked.empty());
}

TEST_F(Status, WithoutNamesIsAboutWhatRunsOrCannot) {
    define("db");
    define("web");
    manager.units["web.service"] = running(1);
    const Outcome outcome = of({});
    EXPECT_EQ(outcome.status, Success);
    EXPECT_NE(outcome.output.find("● web"), std::string::npos);
    EXPECT_EQ(outcome.output.find("db"), std::string::npos);
}

TEST_F(Status, OfATemplateIsThatOfItsInstances) {
    define("web@");
    manager.units["web@blue.service"] = running(1);
    manager.units["web@red.service"] = running(1);
    const Outcome outcome = of({"web@"});
    EXPECT_EQ(outcome.status, Success);
    EXPECT_NE(outcome.output.find("● web@blue"), std::string::npos);
    EXPECT_NE(outcome.output.find("● web@red"), std::string::npos);
}

TEST_F(Status, KeepsControlCharactersFromTheTerminal) {
    define("web");
    manager.units["web.service"] = running(1);
    manager.units["web.service"]["StatusText"] = std::string("\033[2Jgone");
    EXPECT_NE(of({"web"}).output.find("Status: ?[2Jgone\n"), std::string::npos);
}

TEST_F(Status, AsJsonHasTheKeysOfListAndMore) {
    define("web");
    manager.units["web.service"] = running(1);
    Result<Outcome> outcome = status({{"web"}}, machine, inventory, manager, places);
    ASSERT_TRUE(outcome);
    const nlohmann::json web = nlohmann::json::parse(outcome->output, nullptr, false)[0];
    EXPECT_EQ(web["main_pid"], 77);
    EXPECT_TRUE(web.contains("result"));
    EXPECT_TRUE(web.contains("status_text"));
}

}  // namespace
}  // namespace caisson
