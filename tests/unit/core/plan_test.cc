// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "core/plan.h"

namespace caisson {
namespace {

Plan sample() {
    Plan plan;
    plan.name = "web";
    plan.service = "web.service";
    plan.definition = "/etc/caisson/web.toml";
    plan.root_label = "/srv/web";
    plan.command = {"/bin/web", "a \"quoted\" word", "new\nline"};
    plan.environment = {{"A", "1=2"}, {"B", ""}};
    plan.environment_files = {"-/etc/default/web"};
    plan.user = "app:extra";
    plan.groups = {"audio", "7"};
    plan.umask = 0027;
    plan.hostname = "web";
    plan.oom_score_adjust = -500;
    plan.namespaces.network.mode = NamespaceMode::Host;
    plan.root = {RootMode::ReadOnly, {"/srv/web", "/srv/base"}};
    plan.mounts = {
        {.type = MountType::Proc, .target = "/proc", .flags = {.nosuid = true}},
        {.type = MountType::Cgroup2, .target = "/sys/fs/cgroup", .flags = {.read_only = true}},
        {.type = MountType::Devpts, .target = "/dev/pts"},
        {.type = MountType::Dev, .target = "/dev"},
        {.type = MountType::Tmpfs, .target = "/tmp", .size = "10%", .mode = "1777"},
        {.type = MountType::Bind,
         .source = "/srv/data",
         .target = "/data",
         .flags = {.read_only = true, .nodev = true, .noexec = true},
         .recursive = false,
         .optional = true},
    };
    plan.masked_paths = {"/proc/kcore"};
    plan.read_only_paths = {"/proc/sys"};
    plan.capabilities = {"CAP_CHOWN"};
    plan.no_new_privileges = false;
    plan.seccomp.mode = SeccompMode::Unconfined;
    plan.placement = Placement::Service;
    plan.slice = "shop.slice";
    plan.scope_directives = {{"MemoryMax", "64M"}, {"MemoryMax", "32M"}};
    plan.labels = {{"team", "infra"}};
    plan.has_specifiers = true;
    return plan;
}

TEST(Plan, SurvivesEncoding) {
    const Plan plan = sample();
    const std::string text = encode(plan);
    Result<Plan> decoded = decode(text);
    ASSERT_TRUE(decoded) << decoded.error().message;
    // Every field is in the text, so equal texts are equal plans.
    EXPECT_EQ(encode(*decoded), text);
    EXPECT_EQ(decoded->command, plan.command);
    EXPECT_EQ(decoded->mounts.size(), plan.mounts.size());
    EXPECT_EQ(decoded->mounts[5].source, "/srv/data");
    EXPECT_TRUE(decoded->mounts[5].optional);
    EXPECT_EQ(decoded->mounts[5].flags, plan.mounts[5].flags);
    EXPECT_EQ(decoded->mounts[4].mode, "1777");
    EXPECT_EQ(decoded->oom_score_adjust, -500);
    EXPECT_EQ(decoded->namespaces.network.mode, NamespaceMode::Host);
    EXPECT_EQ(decoded->scope_directives, plan.scope_directives);
}

TEST(Plan, RefusesWhatIsNotAPlan) {
    EXPECT_FALSE(decode(""));
    EXPECT_FALSE(decode("{}"));
    EXPECT_FALSE(decode("[]"));
    EXPECT_FALSE(decode("{\"process\": 1}"));
    const std::string text = encode(sample());
    EXPECT_FALSE(decode(std::string_view(text).substr(0, text.size() / 2)));
}

TEST(Plan, RefusesAMissingField) {
    std::string text = encode(sample());
    const std::size_t at = text.find("\"slice\"");
    ASSERT_NE(at, text.npos);
    text.replace(at, 7, "\"slide\"");
    EXPECT_FALSE(decode(text));
}

TEST(Plan, RefusesAnUnknownMountOption) {
    std::string text = encode(sample());
    const std::size_t at = text.find("\"noexec\"");
    ASSERT_NE(at, text.npos);
    text.replace(at, 8, "\"nowrite\"");
    EXPECT_FALSE(decode(text));
}

TEST(ScopeName, OfAnInstanceIsNoInstance) {
    EXPECT_EQ(scope_name("web"), "web.scope");
    EXPECT_EQ(scope_name("web@blue"), "web:blue.scope");
}

}  // namespace
}  // namespace caisson
