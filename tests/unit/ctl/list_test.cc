// SPDX-License-Identifier: LGPL-2.1-or-later
#include <nlohmann/json.hpp>

#include "fake_manager.h"

namespace caisson {
namespace {

class List : public WithPlaces {
protected:
    std::string text(const ListOptions& options = {}) {
        Result<Outcome> outcome = list(options, human, inventory, manager, places);
        EXPECT_TRUE(outcome);
        return outcome->output;
    }
    nlohmann::json json() {
        Result<Outcome> outcome = list({}, machine, inventory, manager, places);
        EXPECT_TRUE(outcome);
        return nlohmann::json::parse(outcome->output, nullptr, false);
    }
};

TEST_F(List, ShowsWhatRunsAndWhatDoesNot) {
    define("db");
    define("web");
    manager.units["web.service"] = running(80'000'000);
    EXPECT_EQ(text(), "  NAME STATE    SINCE       RESTARTS MEMORY CPU TASKS ROOT\n"
                      "○ db   inactive -                  0      -   -     - /srv/db\n"
                      "● web  running  2min 0s ago        2      -   -     - /srv/web\n"
                      "\n"
                      "2 containers.\n");
}

TEST_F(List, WithoutLegendIsRowsAlone) {
    define("db");
    human.style.legend = false;
    EXPECT_EQ(text(), "○ db inactive - 0 - - - /srv/db\n");
}

TEST_F(List, NeedsTwoRoundTripsForAnyNumber) {
    for (const char* name : {"a", "b", "c", "d"}) {
        define(name);
        manager.units[std::string(name) + ".service"] = running(1);
    }
    (void)text();
    EXPECT_EQ(manager.round_trips, 2);
}

TEST_F(List, AsksNothingAboutWhatIsInactive) {
    define("db");
    manager.units["db.service"] = {{"ActiveState", "inactive"}, {"SubState", "dead"}};
    (void)text();
    EXPECT_TRUE(manager.asked.empty());
}

TEST_F(List, KeepsToPatterns) {
    define("db");
    define("web");
    human.style.legend = false;
    EXPECT_EQ(text({{"w*"}}), "○ web inactive - 0 - - - /srv/web\n");
}

TEST_F(List, ShowsTheLoadedInstancesOfATemplate) {
    CompiledContainer& container = define("web@");
    container.plan->root_label = "/srv/%i";
    container.plan->has_specifiers = true;
    manager.units["web@blue.service"] = running(1);
    manager.units["other@red.service"] = running(1);
    const nlohmann::json all = json();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0]["name"], "web@blue");
    EXPECT_EQ(all[0]["service"], "web@blue.service");
    EXPECT_EQ(all[0]["root"], "/srv/blue");
}

TEST_F(List, CallsADefinitionWithErrorsAnError) {
    define_badly("web");
    const nlohmann::json web = json()[0];
    EXPECT_EQ(web["state"], "error");
    EXPECT_EQ(web["errors"][0]["line"], 3);
    EXPECT_EQ(web["root"], nullptr);
}

TEST_F(List, CallsAFailedStartOfSuchADefinitionAnErrorToo) {
    define_badly("web");
    manager.units["web.service"] = {{"ActiveState", "failed"}, {"SubState", "failed"}};
    EXPECT_EQ(json()[0]["state"], "error");
}

TEST_F(List, SaysThatItStillRunsWhenTheDefinitionWasBroken) {
    define_badly("web");
    manager.units["web.service"] = running(1);
    EXPECT_EQ(json()[0]["state"], "active");
}

TEST_F(List, ShowsNothingOfTheUnitThatARefusedDefinitionWouldShadow) {
    define_refused("dbus");
    const nlohmann::json dbus = json()[0];
    EXPECT_EQ(dbus["state"], "error");
    EXPECT_EQ(dbus["main_pid"], nullptr);
    EXPECT_EQ(dbus["service"], nullptr);
    EXPECT_EQ(dbus["changed"], nullptr);
    EXPECT_EQ(dbus["errors"].size(), 1u);
    EXPECT_TRUE(manager.asked.empty());
}

TEST_F(List, ShowsNoInstancesOfARefusedTemplate) {
    define_refused("getty@");
    manager.units["getty@tty1.service"] = running(1);
    const nlohmann::json all = json();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0]["name"], "getty@");
}

TEST_F(List, MarksADefinitionThatSystemdHasNotLoaded) {
    define("web");
    std::ofstream(directory + "/web.service") << "[Unit]\nDescription=older\n";
    EXPECT_EQ(json()[0]["changed"], "daemon-reload");
    EXPECT_NE(text().find("inactive, changed"), std::string::npos);
}

TEST_F(List, MarksAContainerThatRunsWithAnOlderPlan) {
    define("web");
    manager.units["web.service"] = running(1);
    ASSERT_TRUE(
        save({.name = "web", .plan = "/run/systemd/generator/caisson/web.00.json"}, places.states));
    EXPECT_EQ(json()[0]["changed"], "restart");
    EXPECT_NE(text().find("running, outdated"), std::string::npos);
}

TEST_F(List, DoesNotMarkLimitsThatSystemdAppliesAtAReload) {
    CompiledContainer& container = define("web");
    container.plan->scope_directives = {{"TasksMax", "10"}, {"MemoryMax", "1G"}};
    Plan older = *container.plan;
    older.scope_directives = {{"TasksMax", "20"}};
    runs_from(older);
    EXPECT_EQ(json()[0]["changed"], nullptr);
}

TEST_F(List, MarksDirectivesOfTheScopeThatWaitForAStart) {
    CompiledContainer& container = define("web");
    container.plan->scope_directives = {{"RuntimeMaxSec", "10"}};
    Plan older = *container.plan;
    older.scope_directives = {{"RuntimeMaxSec", "20"}};
    runs_from(older);
    EXPECT_EQ(json()[0]["changed"], "restart");
}

TEST_F(List, MarksWhatChangedBesidesLimits) {
    CompiledContainer& container = define("web");
    Plan older = *container.plan;
    older.scope_directives = {{"TasksMax", "20"}};
    older.oom_score_adjust = 100;
    runs_from(older);
    EXPECT_EQ(json()[0]["changed"], "restart");
}

TEST_F(List, MarksLimitsOfAnInstanceWhoseScopeHasNoDropIn) {
    CompiledContainer& container = define("web@");
    container.plan->scope_directives = {{"TasksMax", "10"}};
    Plan older = *container.plan;
    older.name = "web@blue";
    older.scope_directives = {{"TasksMax", "20"}};
    runs_from(older);
    EXPECT_EQ(json()[0]["changed"], "restart");
}

TEST_F(List, DoesNotMarkOneThatRunsAsDefined) {
    CompiledContainer& container = define("web");
    manager.units["web.service"] = running(1);
    ASSERT_TRUE(save({.name = "web", .plan = container.plan_path}, places.states));
    EXPECT_EQ(json()[0]["changed"], nullptr);
}

TEST_F(List, ShowsWhatStillRunsWithoutADefinition) {
    manager.units["old.service"] = running(1);
    ASSERT_TRUE(save({.name = "old", .plan = "/p"}, places.states));
    const nlohmann::json old = json()[0];
    EXPECT_EQ(old["name"], "old");
    EXPECT_EQ(old["changed"], "removed");
    EXPECT_EQ(old["definition"], nullptr);
}

TEST_F(List, HasStableKeys) {
    define("web");
    std::vector<std::string> keys;
    const nlohmann::json all = json();
    for (const auto& [key, value] : all[0].items())
        keys.push_back(key);
    EXPECT_EQ(keys, (std::vector<std::string>{
                        "changed", "cpu_usec", "definition", "errors", "health", "main_pid",
                        "memory", "memory_max", "name", "placement", "pod", "restarts", "root",
                        "service", "since", "state", "sub_state", "tasks", "tasks_max"}));
}

TEST_F(List, WritesTimesAsRfc3339) {
    define("web");
    manager.units["web.service"] = running(1'700'000'000'000'001);
    EXPECT_EQ(json()[0]["since"], "2023-11-14T22:13:20.000001Z");
}

TEST_F(List, OfNothingIsAnEmptyArray) {
    EXPECT_EQ(json(), nlohmann::json::array());
}

}  // namespace
}  // namespace caisson
