// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <algorithm>

#include "core/compile.h"

namespace caisson {
namespace {

constexpr const char* minimal = "[container]\nrootfs.directory = '/r'\ncommand = ['/c']\n";

SourceFile source(std::string name, std::string text) {
    return {"/etc/caisson/" + name + ".toml", name, std::move(text), std::nullopt, {}};
}

CompileInput input(std::vector<SourceFile> definitions) {
    CompileInput input;
    input.definitions = std::move(definitions);
    input.runtime = "/usr/libexec/caisson/caisson-runtime";
    input.plan_directory = "/run/systemd/generator/caisson";
    return input;
}

const OutputFile* find(const CompileOutput& output, std::string_view path) {
    const auto found = std::find_if(output.files.begin(), output.files.end(),
                                    [&](const OutputFile& file) { return file.path == path; });
    return found == output.files.end() ? nullptr : &*found;
}

TEST(Compile, NamesThePlanByItsHash) {
    const CompileInput in = input({source("web", minimal)});
    const CompileOutput output = compile(in);
    ASSERT_EQ(output.containers.size(), 1u);
    const CompiledContainer& web = output.containers.front();
    EXPECT_TRUE(web.plan_path.starts_with("/run/systemd/generator/caisson/web."));
    EXPECT_NE(find(output, web.plan_path.substr(std::string("/run/systemd/generator/").size())),
              nullptr);
    EXPECT_NE(find(output, "web.service")->content.find(web.plan_path), std::string::npos);

    const CompileInput changed = input({source("web", std::string(minimal) + "user = 'x'\n")});
    EXPECT_NE(compile(changed).containers.front().plan_path, web.plan_path);
}

TEST(Compile, WritesPlansThatCanBeRead) {
    const CompileInput in = input({source("web", minimal)});
    const CompileOutput output = compile(in);
    const auto plan = std::find_if(output.files.begin(), output.files.end(), [](const auto& file) {
        return file.kind == OutputFile::Kind::Plan;
    });
    ASSERT_NE(plan, output.files.end());
    Result<Plan> decoded = decode(plan->content);
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(decoded->command, std::vector<std::string>{"/c"});
    EXPECT_EQ(encode(*decoded), plan->content);
}

TEST(Compile, DoesNotDependOnTheOrderOfDefinitions) {
    std::vector<SourceFile> definitions = {source("a", minimal), source("b", "[container]\n"),
                                           source("c", "x"), source("d", minimal)};
    const CompileInput forwards = input(definitions);
    std::reverse(definitions.begin(), definitions.end());
    const CompileInput backwards = input(definitions);
    const CompileOutput one = compile(forwards);
    const CompileOutput other = compile(backwards);
    ASSERT_EQ(one.files.size(), other.files.size());
    for (std::size_t i = 0; i < one.files.size(); ++i) {
        EXPECT_EQ(one.files[i].path, other.files[i].path);
        EXPECT_EQ(one.files[i].content, other.files[i].content);
    }
}

// Enough of them for several threads, some with errors of their own, of two files, and of none.
TEST(Compile, FindsTheSameInManyDefinitionsEveryTime) {
    std::vector<SourceFile> definitions;
    for (int i = 1000; i < 1200; ++i) {
        const std::string after = "after = ['c" + std::to_string(i - 1) + "']\n";
        const std::string text = i % 7 == 0 ? "x" : i % 5 == 0 ? minimal + after : minimal;
        definitions.push_back(source("c" + std::to_string(i), text));
    }
    const CompileInput in = input(definitions);
    const CompileOutput first = compile(in);
    EXPECT_EQ(first.containers.size(), definitions.size());
    EXPECT_FALSE(first.diagnostics.empty());
    for (int run = 0; run < 5; ++run) {
        const CompileOutput again = compile(in);
        ASSERT_EQ(again.files.size(), first.files.size());
        for (std::size_t i = 0; i < first.files.size(); ++i) {
            ASSERT_EQ(again.files[i].path, first.files[i].path);
            ASSERT_EQ(again.files[i].content, first.files[i].content);
        }
        ASSERT_EQ(again.diagnostics.size(), first.diagnostics.size());
        for (std::size_t i = 0; i < first.diagnostics.size(); ++i)
            ASSERT_EQ(format(again.diagnostics[i]), format(first.diagnostics[i]));
    }
}

TEST(Compile, KeepsAutostartOfWhatCannotBeRead) {
    const CompileInput in = input({source("web", "broken"), source("w@", "broken")});
    const CompileOutput output = compile(in);
    EXPECT_NE(find(output, "web.service"), nullptr);
    EXPECT_NE(find(output, "multi-user.target.wants/web.service"), nullptr);
    EXPECT_NE(find(output, "w@.service"), nullptr);
    EXPECT_EQ(find(output, "multi-user.target.wants/w@.service"), nullptr);
}

TEST(Compile, SaysOfWhatWouldShadowAUnitOfOthersThatItHasNone) {
    for (const char* text : {minimal, "not a definition"}) {
        CompileInput in = input({source("dbus", text)});
        in.foreign_units["dbus.service"] = "/usr/lib/systemd/system/dbus.service";
        const CompileOutput output = compile(in);
        EXPECT_TRUE(output.files.empty());
        ASSERT_EQ(output.containers.size(), 1u);
        EXPECT_FALSE(output.containers[0].has_unit);
        EXPECT_FALSE(output.containers[0].diagnostics.empty());
    }
}

TEST(Compile, NeverLetsAFailingUnitTakeTheNameOfAnother) {
    CompileInput in = input({source("ssh", "broken"), source("web", "broken"),
                             source("x", "[[container]]\nname = 'web'\nrootfs.directory = '/r'\n"
                                         "command = ['/c']\n")});
    in.foreign_units = {{"ssh.service", "/usr/lib/systemd/system/ssh.service"}};
    const CompileOutput output = compile(in);
    EXPECT_EQ(find(output, "ssh.service"), nullptr);
    EXPECT_NE(find(output, "web.service")->content.find("caisson-runtime start"),
              std::string::npos);
}

TEST(Compile, NeverWritesOutsideTheOutput) {
    for (const char* name : {"../x", "a/b", "", "@", ".."}) {
        const CompileInput in = input({source(name, minimal), source(name, "broken")});
        EXPECT_TRUE(compile(in).files.empty()) << name;
    }
    const CompileInput in =
        input({source("web", std::string(minimal) + "unit_name = '../x'\n"
                                                    "wanted_by = ['../../x.target']\n"
                                                    "systemd.install.Alias = '../x.service'\n")});
    for (const OutputFile& file : compile(in).files)
        EXPECT_EQ(file.path.find(".."), std::string::npos) << file.path;
}

TEST(Compile, FailsEveryContainerOfAFileTogether) {
    const CompileInput in = input(
        {source("app", "[[container]]\nname = 'good'\nrootfs.directory = '/r'\ncommand = ['/c']\n"
                       "[[container]]\nname = 'bad'\n")});
    const CompileOutput output = compile(in);
    ASSERT_EQ(output.containers.size(), 2u);
    for (const CompiledContainer& container : output.containers) {
        EXPECT_FALSE(container.plan);
        EXPECT_EQ(container.diagnostics.size(), 2u);
    }
}

TEST(Compile, IsLinearInUnknownDependencies) {
    std::vector<SourceFile> definitions;
    for (int i = 0; i < 3000; ++i)
        definitions.push_back(source("c" + std::to_string(i), std::string(minimal) + "after = ['" +
                                                                  std::string(40, 'x') + "']\n"));
    const CompileInput in = input(definitions);
    EXPECT_EQ(compile(in).diagnostics.size(), 3000u);
}

}  // namespace
}  // namespace caisson
