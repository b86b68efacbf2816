// SPDX-License-Identifier: LGPL-2.1-or-later
#include "fake_manager.h"

namespace caisson {
namespace {

class Jobs : public WithPlaces {
protected:
    Outcome run(JobType type, std::vector<std::string> names) {
        Result<Outcome> outcome =
            run_jobs({type, std::move(names)}, human, inventory, manager, places);
        EXPECT_TRUE(outcome);
        return *outcome;
    }
};

TEST_F(Jobs, AreSilentWhenAllGoesWell) {
    define("web");
    const Outcome outcome = run(JobType::Restart, {"web"});
    EXPECT_EQ(outcome.status, Success);
    EXPECT_TRUE(outcome.output.empty() && outcome.complaints.empty());
    EXPECT_EQ(manager.job_type, JobType::Restart);
}

TEST_F(Jobs, ThatFailNameTheResultAndWhereToLook) {
    define("web");
    manager.units["web.service"] = {{"Result", "exit-code"}};
    manager.jobs["web.service"] = {"web.service", "failed", {}};
    const Outcome outcome = run(JobType::Start, {"web"});
    EXPECT_EQ(outcome.status, Failure);
    ASSERT_EQ(outcome.complaints.size(), 1u);
    EXPECT_EQ(outcome.complaints[0],
              "web: start: the job failed with result \"exit-code\"; see 'caissonctl status web' "
              "and 'journalctl -xeu web.service'");
}

TEST_F(Jobs, ThatFailForADefinitionWithErrorsPrintThose) {
    define_badly("web");
    manager.jobs["web.service"] = {"web.service", "failed", {}};
    const Outcome outcome = run(JobType::Start, {"web"});
    ASSERT_EQ(outcome.complaints.size(), 2u);
    EXPECT_EQ(outcome.complaints[1],
              "/etc/caisson/web.toml:3:1: error: container.comand: unknown key");
}

TEST_F(Jobs, OfAUnitThatSystemdDoesNotKnowAskForAReload) {
    define("web");
    manager.jobs["web.service"] = {
        "web.service", "", BusError{"org.freedesktop.systemd1.NoSuchUnit", "Unit not found."}};
    EXPECT_EQ(run(JobType::Start, {"web"}).complaints[0],
              "web: start: systemd does not know web.service yet; run 'systemctl daemon-reload' "
              "first");
}

TEST_F(Jobs, WithoutTheRightSayHowToGetIt) {
    define("web");
    manager.jobs["web.service"] = {"web.service", "",
                                   BusError{"org.freedesktop.DBus.Error.AccessDenied", "no"}};
    EXPECT_NE(run(JobType::Stop, {"web"}).complaints[0].find("run it as root"), std::string::npos);
}

TEST_F(Jobs, WarnOfADefinitionThatChangedSinceTheReload) {
    define("web");
    std::ofstream(directory + "/web.service") << "[Unit]\nDescription=older\n";
    const Outcome outcome = run(JobType::Start, {"web"});
    EXPECT_EQ(outcome.status, Success);
    ASSERT_EQ(outcome.complaints.size(), 1u);
    EXPECT_NE(outcome.complaints[0].find("daemon-reload"), std::string::npos);
}

TEST_F(Jobs, DoWhatTheyCanAndReportTheRest) {
    define("web");
    const Outcome outcome = run(JobType::Start, {"web", "nothing"});
    EXPECT_EQ(outcome.status, NotFound);
    EXPECT_EQ(outcome.complaints.size(), 1u);
}

TEST_F(Jobs, LeaveTheUnitAloneThatARefusedDefinitionWouldShadow) {
    define_refused("dbus");
    for (const JobType type : {JobType::Start, JobType::Stop, JobType::Restart, JobType::Reload}) {
        const Outcome outcome = run(type, {"dbus"});
        EXPECT_EQ(outcome.status, Failure);
        ASSERT_EQ(outcome.complaints.size(), 2u);
        EXPECT_EQ(outcome.complaints[0], "dbus: the definition is refused and has no unit; "
                                         "dbus.service is none of Caisson's");
        EXPECT_EQ(outcome.complaints[1],
                  "/etc/caisson/dbus.toml:3:1: error: container.comand: unknown key");
    }
    EXPECT_TRUE(manager.jobs_asked.empty());
}

TEST_F(Jobs, WantAnInstanceOfATemplate) {
    define("web@");
    EXPECT_EQ(run(JobType::Start, {"web@"}).complaints[0],
              "web@ is a template: name an instance of it, such as web@one");
    EXPECT_EQ(run(JobType::Start, {"web@blue"}).status, Success);
}

class Kill : public WithPlaces {
protected:
    Outcome run(const KillOptions& options) {
        Result<Outcome> outcome = kill(options, human, inventory, manager, places);
        EXPECT_TRUE(outcome);
        return *outcome;
    }
};

TEST_F(Kill, ReachesTheFirstProcessThroughTheService) {
    define("web");
    manager.units["web.service"] = running(1);
    EXPECT_EQ(run({{"web"}, "SIGHUP", KillWhom::Main}).status, Success);
    EXPECT_EQ(manager.killed, std::vector<std::string>{"web.service main 1"});
}

TEST_F(Kill, ReachesAllProcessesThroughTheScope) {
    define("web@");
    manager.units["web@blue.service"] = running(1);
    (void)run({{"web@blue"}, "9", KillWhom::All});
    EXPECT_EQ(manager.killed, std::vector<std::string>{"web:blue.scope all 9"});
}

TEST_F(Kill, ReachesAllProcessesThroughTheServiceThatHasThem) {
    define("web").plan->placement = Placement::Service;
    manager.units["web.service"] = running(1);
    (void)run({{"web"}, "KILL", KillWhom::All});
    EXPECT_EQ(manager.killed, std::vector<std::string>{"web.service all 9"});
}

TEST_F(Kill, LeavesTheUnitAloneThatARefusedDefinitionWouldShadow) {
    define_refused("dbus");
    EXPECT_EQ(run({{"dbus"}}).status, Failure);
    EXPECT_TRUE(manager.killed.empty());
}

TEST_F(Kill, OfWhatDoesNotRunFails) {
    define("web");
    EXPECT_EQ(run({{"web"}}).status, Failure);
    EXPECT_TRUE(manager.killed.empty());
}

TEST_F(Kill, WithNoSuchSignalIsMisuse) {
    define("web");
    EXPECT_EQ(run({{"web"}, "SIGNOPE"}).status, Misuse);
}

}  // namespace
}  // namespace caisson
