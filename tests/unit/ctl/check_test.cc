// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

#include "ctl/verbs.h"

namespace caisson {
namespace {

constexpr const char* good = "[container]\nrootfs = { directory = \"/srv/web\" }\n"
                             "command = [\"/bin/true\"]\n";
constexpr const char* bad = "[container]\nrootfs = { directory = \"/srv/web\" }\n"
                            "comand = []\ncommand = [\"/bin/true\"]\n";

class Check : public testing::Test {
protected:
    void SetUp() override {
        char path[] = "/tmp/caisson-check-XXXXXX";
        ASSERT_NE(::mkdtemp(path), nullptr);
        root = path;
        std::filesystem::create_directories(root / "etc/caisson");
    }
    void TearDown() override { std::filesystem::remove_all(root); }

    std::string write(const std::string& path, const std::string& text) {
        std::filesystem::create_directories((root / path).parent_path());
        std::ofstream(root / path) << text;
        return root / path;
    }
    Outcome run(std::vector<std::string> paths, const std::string& name = {}) {
        Result<Outcome> outcome = check({std::move(paths), root, name}, {});
        EXPECT_TRUE(outcome);
        return outcome ? *outcome : Outcome{};
    }

    std::filesystem::path root;
};

TEST_F(Check, OfGoodDefinitionsIsSilent) {
    write("etc/caisson/web.toml", good);
    const Outcome outcome = run({});
    EXPECT_EQ(outcome.status, Success);
    EXPECT_EQ(outcome.output, "");
}

TEST_F(Check, PrintsPlaceKeyAndText) {
    const std::string path = write("etc/caisson/web.toml", bad);
    const Outcome outcome = run({});
    EXPECT_EQ(outcome.status, Failure);
    EXPECT_NE(outcome.output.find("/etc/caisson/web.toml:3:1: error: container.comand: "),
              std::string::npos)
        << outcome.output;
}

TEST_F(Check, OfAFileSaysNothingOfOthers) {
    write("etc/caisson/other.toml", bad);
    EXPECT_EQ(run({write("new/web.toml", good)}).status, Success);
}

TEST_F(Check, JudgesAFileInPlaceOfTheInstalledOne) {
    write("etc/caisson/web.toml", good);
    EXPECT_EQ(run({write("new/web.toml", good)}).output, "");
}

TEST_F(Check, JudgesAFileAmongTheInstalledOnes) {
    write("etc/caisson/db.toml", good);
    const std::string text = std::string(good) + "after = [\"db\"]\n";
    EXPECT_EQ(run({write("new/web.toml", text)}).output, "");
    const std::string unknown = std::string(good) + "after = [\"cache\"]\n";
    EXPECT_EQ(run({write("new/web.toml", unknown)}).status, Failure);
}

TEST_F(Check, TakesATemporaryFileUnderTheNameThatItWillHave) {
    write("etc/caisson/web.toml", good);
    const std::string path = write("tmp/source", bad);
    EXPECT_EQ(run({path}, "web").status, Failure);
    EXPECT_EQ(run({write("tmp/source", good)}, "web").output, "");
}

TEST_F(Check, TakesADirectory) {
    write("new/web.toml", bad);
    write("new/db.toml", good);
    EXPECT_EQ(run({root / "new"}).status, Failure);
}

TEST_F(Check, TakesADropInOfAnInstalledDefinition) {
    write("etc/caisson/web.toml", good);
    const std::string path = write("new/web.toml.d/10-user.toml", "[container]\nusr = \"1\"\n");
    const Outcome outcome = run({path});
    EXPECT_EQ(outcome.status, Failure);
    EXPECT_NE(outcome.output.find("10-user.toml:2:1: error: container.usr"), std::string::npos)
        << outcome.output;
}

TEST_F(Check, OfAPathThatIsNotThereIsAnError) {
    Result<Outcome> outcome = check({{root / "missing.toml"}, root, {}}, {});
    ASSERT_FALSE(outcome);
    EXPECT_NE(outcome.error().message.find("missing.toml: No such file"), std::string::npos);
}

TEST_F(Check, AsJsonIsAnArrayOfPlaces) {
    const std::string path = write("etc/caisson/web.toml", bad);
    Result<Outcome> outcome = check({{}, root, {}}, {.format = Format::Machine});
    ASSERT_TRUE(outcome);
    const nlohmann::json first = nlohmann::json::parse(outcome->output, nullptr, false)[0];
    EXPECT_EQ(first["line"], 3);
    EXPECT_EQ(first["column"], 1);
    EXPECT_EQ(first["key"], "container.comand");
    EXPECT_TRUE(first["file"].get<std::string>().ends_with("web.toml"));
    EXPECT_FALSE(first["message"].get<std::string>().empty());
}

}  // namespace
}  // namespace caisson
