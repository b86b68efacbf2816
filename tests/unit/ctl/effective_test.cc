// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "ctl/effective.h"

namespace caisson {
namespace {

constexpr const char* minimal = "[container]\nrootfs.directory = '/srv/web'\n"
                                "command = ['a', 'b \"c\"\\n']\n";

std::string shown(const std::string& definition, const std::string& name, const std::string& text,
                  const std::string& host = {}) {
    CompileInput input;
    input.definitions = {
        {"/etc/caisson/" + definition + ".toml", definition, text, std::nullopt, {}}};
    if (!host.empty())
        input.host_defaults = SourceFile{"/etc/caisson.toml", "caisson", host, std::nullopt, {}};
    const Inventory inventory = take_inventory(std::move(input));
    const std::optional<Target> target = find_container(inventory, name);
    EXPECT_TRUE(target && target->compiled->plan) << format(inventory.output.diagnostics.at(0));
    return effective(*target, *inventory.input);
}

bool has(const std::string& text, const std::string& line) {
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(Effective, LeavesToThePodWhatIsOfIt) {
    const std::string text =
        shown("web", "web", std::string("[pod]\n") + minimal + "pod = 'web'\n");
    EXPECT_TRUE(has(text, "pod = \"web\"") && has(text, "pid = \"private\""));
    for (const char* line : {"slice = \"caisson.slice\"", "wanted_by = [\"multi-user.target\"]",
                             "uts = \"private\"", "mode = \"none\"", "hostname = \"web\""})
        EXPECT_FALSE(has(text, line)) << line;
}

TEST(Effective, SpellsOutTheDefaults) {
    EXPECT_EQ(shown("web", "web", minimal), R"(# /etc/caisson/web.toml

[container]
description = "Container web"
unit_name = "web"
autostart = true
wanted_by = ["multi-user.target"]
placement = "scope"
slice = "caisson.slice"
rootfs = { directory = "/srv/web", mode = "ephemeral" }
command = ["a", "b \"c\"\\n"]
boot = false
init = false
working_directory = "/"
user = "0"
hostname = "web"
umask = "0022"
stop_signal = "SIGTERM"
stop_timeout = "10s"
start_timeout = "90s"
restart = "on-failure"
ready = "exec"

[container.namespaces]
pid = "private"
uts = "private"
ipc = "private"
cgroup = "private"
time = "private"

[container.namespaces.time_offset]
monotonic = 0
boottime = 0

[container.user_namespace]
mode = "auto"

[container.security]
no_new_privileges = true
seccomp = "default"

[container.network]
mode = "none"
)");
}

TEST(Effective, HasTheDefaultsOfAnInitSystem) {
    const std::string text =
        shown("web", "web", "[container]\nrootfs.directory = '/srv/web'\nboot = true\n");
    EXPECT_TRUE(has(text, "stop_signal = \"SIGRTMIN+3\""));
    EXPECT_TRUE(has(text, "stop_timeout = \"90s\""));
    EXPECT_TRUE(has(text, "no_new_privileges = false"));
}

TEST(Effective, NamesTheNetworkOnce) {
    const std::string text =
        shown("web", "web", std::string(minimal) + "namespaces.network = '/run/netns/a'\n");
    EXPECT_TRUE(has(text, "network = \"/run/netns/a\""));
    EXPECT_EQ(text.find("[container.network]"), std::string::npos);
}

TEST(Effective, LeavesOutWhatAnotherNamespaceHas) {
    const std::string text = shown(
        "web", "web", std::string(minimal) + "namespaces.time = 'host'\nnamespaces.uts = 'host'\n");
    EXPECT_EQ(text.find("time_offset"), std::string::npos);
    EXPECT_EQ(text.find("hostname"), std::string::npos);
}

TEST(Effective, SpellsOutTheSizeOfARangeAlone) {
    const std::string text =
        shown("web", "web",
              std::string(minimal) + "user_namespace = { mode = 'range', base = 100000 }\n");
    EXPECT_TRUE(has(text, "size = 65536")) << text;
}

TEST(Effective, KeepsLimitsWithEitherPlacement) {
    for (const char* placement : {"placement = 'scope'\n", "placement = 'service'\n"}) {
        const std::string text =
            shown("web", "web", std::string(minimal) + placement + "resources.memory_max = '1G'\n");
        EXPECT_TRUE(has(text, "[container.resources]\nmemory_max = \"1G\"")) << text;
    }
}

TEST(Effective, HasTheDefaultsOfTheHost) {
    const std::string text =
        shown("web", "web", minimal, "[container]\nenvironment = { A = 'b c' }\n");
    EXPECT_TRUE(has(text, "[container.environment]\nA = \"b c\"")) << text;
}

TEST(Effective, NamesNothingThatStartsWhatIsNotStarted) {
    const std::string text = shown("web", "web", std::string(minimal) + "autostart = false\n");
    EXPECT_TRUE(has(text, "autostart = false"));
    EXPECT_EQ(text.find("wanted_by"), std::string::npos);
}

TEST(Effective, KeepsSpecifiersOfATemplate) {
    EXPECT_TRUE(
        has(shown("web@", "web@", std::string(minimal) + "user = '%i'\n"), "user = \"%i\""));
}

TEST(Effective, ExpandsWhatTheNameOfAnInstanceDecides) {
    const std::string text =
        shown("web@", "web@blue",
              std::string(minimal) + "user = '%i'\nenvironment = { A = '%n %H 5%%' }\n"
                                     "systemd.service.Nice = '%i'\n");
    EXPECT_TRUE(has(text, "user = \"blue\""));
    EXPECT_TRUE(has(text, "hostname = \"web-blue\""));
    EXPECT_TRUE(has(text, "A = \"web@blue.service %H 5%%\""));
    EXPECT_TRUE(has(text, "Nice = \"%i\"")) << "what is passed on verbatim is left to systemd";
}

TEST(Effective, SpellsOutMounts) {
    const std::string text =
        shown("web", "web",
              std::string(minimal) + "[[container.mount]]\nsource = 'www'\ntarget = '/www'\n"
                                     "[[container.mount]]\ntype = 'tmpfs'\ntarget = '/t'\n"
                                     "options = ['ro']\n");
    EXPECT_TRUE(has(text, "[[container.mount]]\n"
                          "type = \"bind\"\n"
                          "source = \"/etc/caisson/www\"\n"
                          "target = \"/www\"\n"
                          "read_only = false\n"
                          "options = [\"nosuid\", \"nodev\"]\n"
                          "recursive = true\n"
                          "propagation = \"rprivate\"\n"
                          "optional = false"))
        << text;
    EXPECT_TRUE(has(text, "[[container.mount]]\n"
                          "type = \"tmpfs\"\n"
                          "target = \"/t\"\n"
                          "options = [\"ro\"]\n"
                          "propagation = \"rprivate\"\n"
                          "mode = \"0755\""))
        << text;
}

}  // namespace
}  // namespace caisson
