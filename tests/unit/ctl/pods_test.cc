// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ctl/pods.h"
#include "fake_manager.h"

namespace caisson {
namespace {

// The pod "shop" with the containers "web", which starts with it, and "own".
class Pods : public WithPlaces {
protected:
    void SetUp() override {
        WithPlaces::SetUp();
        for (const char* name : {"web", "own"})
            define(name).plan->slice = slice;
        inventory.output.files.push_back(
            {slice + ".wants/web.service", "", OutputFile::Kind::Link});
        inventory.output.files.push_back({slice, "[Unit]\n", OutputFile::Kind::Unit});
        inventory.output.pods.push_back({"shop", "/etc/caisson/shop.toml", slice, {}});
        define("outside");
    }
    Outcome run(JobType type, const std::string& name) {
        Result<Outcome> outcome = run_jobs({type, {name}}, human, inventory, manager, places);
        EXPECT_TRUE(outcome);
        return *outcome;
    }
    Outcome status_of(const std::string& name, const Output& output) {
        Result<Outcome> outcome = status({{name}}, output, inventory, manager, places);
        EXPECT_TRUE(outcome);
        return *outcome;
    }

    const std::string slice = "caisson-shop.slice";
};

TEST_F(Pods, AreStartedWithTheContainersThatStartWithThem) {
    EXPECT_EQ(run(JobType::Start, "shop").status, Success);
    EXPECT_EQ(manager.jobs_asked, (std::vector<std::string>{"web.service", slice}));
}

TEST_F(Pods, AreStoppedByTheirSlice) {
    EXPECT_EQ(run(JobType::Stop, slice).status, Success);
    EXPECT_EQ(manager.jobs_asked, std::vector<std::string>{slice});
}

TEST_F(Pods, ComeAfterContainersOfTheSameName) {
    define("shop");
    run(JobType::Stop, "shop");
    EXPECT_EQ(manager.jobs_asked, std::vector<std::string>{"shop.service"});
}

TEST_F(Pods, SayWhichOfTheirContainersFailed) {
    manager.jobs["web.service"] = {"web.service", "failed", {}};
    const Outcome outcome = run(JobType::Restart, "shop");
    EXPECT_EQ(outcome.status, Failure);
    ASSERT_EQ(outcome.complaints.size(), 1u);
    EXPECT_TRUE(outcome.complaints[0].starts_with("web: restart: the job failed"));
}

TEST_F(Pods, HaveAStatus) {
    EXPECT_EQ(status_of("shop", human).status, NotActive);
    manager.units[slice] = {{"ActiveState", "active"}, {"Description", "The shop"}};
    manager.units["web.service"] = running(1);
    const Outcome outcome = status_of("shop", human);
    EXPECT_EQ(outcome.status, Success);
    EXPECT_TRUE(outcome.output.starts_with("● shop - The shop\n")) << outcome.output;
    EXPECT_NE(outcome.output.find(" Containers: ○ own (inactive)\n"), std::string::npos);
    EXPECT_NE(outcome.output.find("\n             ● web (active)\n"), std::string::npos);
    EXPECT_EQ(outcome.output.find("outside"), std::string::npos);
}

TEST_F(Pods, AreInTheJsonOfTheirContainers) {
    EXPECT_NE(status_of("web", machine).output.find("\"pod\": \"shop\""), std::string::npos);
    EXPECT_NE(status_of("outside", machine).output.find("\"pod\": null"), std::string::npos);
}

TEST_F(Pods, ShowTheirUnits) {
    Result<Outcome> shown =
        show({.name = "shop", .view = View::Unit, .root = {}}, human, inventory, places);
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->output, "# caisson-shop.slice\n[Unit]\n");
}

}  // namespace
}  // namespace caisson
