// SPDX-License-Identifier: LGPL-2.1-or-later
#include "config.h"
#include "fake_manager.h"

namespace caisson {
namespace {

using Words = std::vector<std::string>;

class Exec : public WithPlaces {
protected:
    Words command(const ExecOptions& options) {
        Result<Words> words = exec_command(options, inventory, manager, places, outcome);
        EXPECT_TRUE(words);
        return *words;
    }
    Outcome outcome;
};

TEST_F(Exec, IsTheRuntimesWork) {
    define("web");
    manager.units["web.service"] = running(1);
    EXPECT_EQ(command({"web", "", {"ls", "-l"}}),
              (Words{CAISSON_RUNTIME, "exec", "web", "--", "ls", "-l"}));
}

TEST_F(Exec, PassesOnTheUser) {
    define("web");
    manager.units["web.service"] = running(1);
    EXPECT_EQ(command({"web.service", "www-data", {"sh"}}),
              (Words{CAISSON_RUNTIME, "exec", "--user", "www-data", "web", "--", "sh"}));
}

TEST_F(Exec, RefusesWhatDoesNotRun) {
    define("web");
    EXPECT_TRUE(command({"web", "", {"sh"}}).empty());
    EXPECT_EQ(outcome.status, NotActive);
    EXPECT_EQ(outcome.complaints[0],
              "web does not run (it is inactive); start it with 'caissonctl start web'");
}

TEST_F(Exec, RefusesWhatIsNotDefined) {
    EXPECT_TRUE(command({"web", "", {"sh"}}).empty());
    EXPECT_EQ(outcome.status, NotFound);
}

TEST_F(Exec, LogsAreJournalctls) {
    define("web");
    human.pager = true;
    EXPECT_EQ(logs_command({"web", true, 5}, human, inventory, places, outcome),
              (Words{"journalctl", "--unit=web.service", "--follow", "--lines=5"}));
}

TEST_F(Exec, LogsOfATemplateAreThoseOfItsInstances) {
    define("web@");
    EXPECT_EQ(logs_command({"web@", false, {}}, machine, inventory, places, outcome),
              (Words{"journalctl", "--unit=web@*.service", "--output=json", "--no-pager"}));
}

}  // namespace
}  // namespace caisson
