// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "directory.h"
#include "systemd/definition_dir.h"

namespace caisson {
namespace {

class DefinitionDir : public testing::Test {
protected:
    const SourceFile* find(std::string_view name) {
        loaded_ = load_definitions(root_.path());
        const auto found = std::find_if(loaded_.definitions.begin(), loaded_.definitions.end(),
                                        [&](const SourceFile& file) { return file.name == name; });
        return found == loaded_.definitions.end() ? nullptr : &*found;
    }

    TemporaryDirectory root_;
    CompileInput loaded_;
};

TEST_F(DefinitionDir, IsEmptyWhereNothingIs) {
    EXPECT_TRUE(load_definitions(root_.path()).definitions.empty());
    EXPECT_FALSE(load_definitions(root_.path()).host_defaults);
}

TEST_F(DefinitionDir, ReadsTheFirstOfEachName) {
    root_.write("etc/caisson/web.toml", "etc");
    root_.write("usr/lib/caisson/web.toml", "usr");
    root_.write("run/caisson/db.toml", "run");
    EXPECT_EQ(find("web")->text, "etc");
    EXPECT_EQ(find("web")->path, "/etc/caisson/web.toml");
    EXPECT_EQ(find("db")->text, "run");
    EXPECT_EQ(loaded_.definitions.size(), 2u);
}

TEST_F(DefinitionDir, LeavesOutMasks) {
    root_.link("etc/caisson/web.toml", "/dev/null");
    root_.write("usr/lib/caisson/web.toml", "usr");
    EXPECT_EQ(find("web"), nullptr);
}

TEST_F(DefinitionDir, IgnoresOtherFiles) {
    root_.write("etc/caisson/.web.toml", "");
    root_.write("etc/caisson/web.toml~", "");
    root_.write("etc/caisson/README", "");
    EXPECT_TRUE(load_definitions(root_.path()).definitions.empty());
}

TEST_F(DefinitionDir, SortsDropInsOfAllDirectoriesByName) {
    root_.write("etc/caisson/web.toml", "");
    root_.write("usr/lib/caisson/web.toml.d/10.toml", "usr");
    root_.write("etc/caisson/web.toml.d/20.toml", "etc");
    root_.write("usr/lib/caisson/web.toml.d/20.toml", "hidden");
    root_.write("run/caisson/web.toml.d/15.toml", "run");
    root_.link("etc/caisson/web.toml.d/15.toml", "/dev/null");
    const SourceFile* web = find("web");
    ASSERT_EQ(web->drop_ins.size(), 2u);
    EXPECT_EQ(web->drop_ins[0].text, "usr");
    EXPECT_EQ(web->drop_ins[1].text, "etc");
    EXPECT_EQ(web->drop_ins[1].path, "/etc/caisson/web.toml.d/20.toml");
}

TEST_F(DefinitionDir, SaysWhyAFileCannotBeRead) {
    root_.make_directory("etc/caisson/directory.toml");
    root_.link("etc/caisson/dangling.toml", "nowhere");
    ASSERT_EQ(::mkfifo((root_.path() + "/etc/caisson/fifo.toml").c_str(), 0600), 0);
    root_.link("etc/caisson/link.toml", "fifo.toml");
    EXPECT_EQ(find("directory")->unreadable, "is a directory");
    EXPECT_EQ(find("dangling")->unreadable, "is a link to nothing");
    EXPECT_EQ(find("fifo")->unreadable, "is a FIFO");
    EXPECT_EQ(find("link")->unreadable, "is a FIFO");
}

TEST_F(DefinitionDir, RefusesLargeFiles) {
    root_.write("etc/caisson/fits.toml", std::string(max_definition_size, '#'));
    root_.write("etc/caisson/large.toml", std::string(max_definition_size + 1, '#'));
    EXPECT_EQ(find("fits")->text.size(), max_definition_size);
    EXPECT_EQ(find("large")->unreadable, "is larger than 1 MiB");
}

TEST_F(DefinitionDir, SaysThatADirectoryCannotBeRead) {
    root_.write("etc/caisson", "a file");
    const CompileInput input = load_definitions(root_.path());
    ASSERT_EQ(input.definitions.size(), 1u);
    EXPECT_EQ(input.definitions.front().path, "/etc/caisson");
    EXPECT_TRUE(input.definitions.front().unreadable);
}

TEST_F(DefinitionDir, DoesNotFollowLinksOutOfTheRoot) {
    root_.link("etc/caisson/passwd.toml", "/etc/passwd");
    EXPECT_EQ(find("passwd")->unreadable, "is a link to nothing");
    root_.write("etc/passwd", "inside");
    EXPECT_EQ(find("passwd")->text, "inside");
    root_.link("etc/caisson/up.toml", "../../../../../../../../../../etc/passwd");
    EXPECT_EQ(find("up")->text, "inside");
}

TEST_F(DefinitionDir, ReadsTheDefaultsOfTheHost) {
    root_.write("etc/caisson.toml", "defaults");
    EXPECT_EQ(load_definitions(root_.path()).host_defaults->text, "defaults");
}

TEST_F(DefinitionDir, KnowsUnitsOfOthersButNotMasks) {
    root_.write("usr/lib/systemd/system/ssh.service", "");
    root_.write("etc/systemd/system/db.service", "");
    root_.link("etc/systemd/system/web.service", "/dev/null");
    root_.write("etc/systemd/system/web.service.d/x.conf", "");
    const CompileInput input = load_definitions(root_.path());
    EXPECT_EQ(input.foreign_units.size(), 2u);
    EXPECT_EQ(input.foreign_units.at("ssh.service"), "/usr/lib/systemd/system/ssh.service");
}

TEST_F(DefinitionDir, LoadsOneFileWithTheDropInsBesideIt) {
    root_.write("web.toml", "text");
    root_.write("web.toml.d/10.toml", "drop-in");
    const SourceFile file = load_definition(root_.path() + "/web.toml");
    EXPECT_EQ(file.name, "web");
    EXPECT_EQ(file.text, "text");
    ASSERT_EQ(file.drop_ins.size(), 1u);
    EXPECT_TRUE(load_definition(root_.path() + "/web.conf").unreadable);
    EXPECT_TRUE(load_definition(root_.path() + "/missing.toml").unreadable);
}

}  // namespace
}  // namespace caisson
