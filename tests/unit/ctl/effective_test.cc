// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "ctl/effective.h"

namespace caisson {
namespace {

TEST(Effective, IsADefinitionWithItsDefaults) {
    Plan plan{.name = "web", .definition = "/etc/caisson/web.toml", .command = {"a", "b \"c\""}};
    plan.root.layers = {"/srv/web"};
    plan.mounts = {{.source = "/srv/www", .target = "/www", .flags = {.read_only = true}}};
    const std::string text = effective(plan, {{"restart", "always"}});
    EXPECT_NE(text.find("command = [\"a\", \"b \\\"c\\\"\"]\n"), std::string::npos);
    EXPECT_NE(text.find("rootfs = { directory = \"/srv/web\", mode = \"ephemeral\" }\n"),
              std::string::npos);
    EXPECT_NE(text.find("restart = \"always\"\n"), std::string::npos);
    EXPECT_NE(text.find("umask = \"0022\"\n"), std::string::npos);
    EXPECT_NE(text.find("[[container.mount]]\ntype = \"bind\"\nsource = \"/srv/www\"\n"),
              std::string::npos);
}

}  // namespace
}  // namespace caisson
