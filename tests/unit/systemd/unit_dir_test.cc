// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "directory.h"
#include "systemd/unit_dir.h"

namespace caisson {
namespace {

constexpr auto unit = OutputFile::Kind::Unit;
constexpr auto plan = OutputFile::Kind::Plan;
constexpr auto symlink_kind = OutputFile::Kind::Link;

mode_t mode_of(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
    return status.st_mode;
}

TEST(WriteUnits, WritesUnitsPlansAndLinks) {
    const TemporaryDirectory out;
    const mode_t mask = ::umask(022);
    ASSERT_TRUE(
        write_units(out.path(), {{"web.service", "text", unit},
                                 {"caisson/web.json", "secret", plan},
                                 {"a.target.wants/web.service", "../web.service", symlink_kind}}));
    ::umask(mask);
    EXPECT_EQ(out.read("web.service"), "text");
    EXPECT_EQ(out.read("a.target.wants/web.service"), "text");
    EXPECT_EQ(mode_of(out.path() + "/web.service") & 0777, 0644u);
    EXPECT_EQ(mode_of(out.path() + "/caisson/web.json") & 0777, 0600u);
    EXPECT_TRUE(S_ISLNK(mode_of(out.path() + "/a.target.wants/web.service")));
}

TEST(WriteUnits, ReplacesWhatIsThere) {
    const TemporaryDirectory out;
    out.write("web.service", "old and longer");
    out.link("x.service", "old");
    ASSERT_TRUE(write_units(
        out.path(), {{"web.service", "new", unit}, {"x.service", "web.service", symlink_kind}}));
    EXPECT_EQ(out.read("web.service"), "new");
    EXPECT_EQ(out.read("x.service"), "new");
}

TEST(WriteUnits, NeverWritesThroughALink) {
    const TemporaryDirectory out;
    out.write("precious", "untouched");
    out.link("web.service", "precious");
    out.link(".caisson-generator-0", "precious");
    (void)write_units(out.path(), {{"web.service", "new", unit}});
    EXPECT_EQ(out.read("precious"), "untouched");
    EXPECT_EQ(out.read("web.service"), "new");
}

TEST(WriteUnits, DoesNotReuseWhatACrashLeft) {
    const TemporaryDirectory out;
    out.make_directory("caisson");
    out.write("caisson/web.json", "of the last run");
    out.write(".caisson-generator-0", "left");
    const mode_t mask = ::umask(022);
    ASSERT_TRUE(write_units(out.path(), {{"caisson/web.json", "secret", plan}}));
    ::umask(mask);
    EXPECT_EQ(mode_of(out.path() + "/caisson/web.json") & 0777, 0600u);
}

TEST(WriteUnits, NamesWhatItCouldNotWrite) {
    const TemporaryDirectory out;
    out.write("caisson", "a file");
    Result<void> written = write_units(out.path(), {{"caisson/web.json", "x", plan}});
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().message, out.path() + "/caisson/web.json: rename: Not a directory");
    Result<void> missing = write_units(out.path() + "/missing", {});
    ASSERT_FALSE(missing);
    EXPECT_TRUE(missing.error().is(ENOENT));
}

TEST(WriteUnits, LeavesNothingHalfWritten) {
    const TemporaryDirectory out;
    out.make_directory("web.service");  // a rename onto it fails
    ASSERT_FALSE(write_units(out.path(), {{"web.service", "x", unit}}));
    EXPECT_NE(::access((out.path() + "/.caisson-generator-0").c_str(), F_OK), 0);
}

// Enough of them for several threads.
std::vector<OutputFile> many_files() {
    std::vector<OutputFile> files;
    for (int i = 1000; i < 1300; ++i)
        files.push_back({"caisson/" + std::to_string(i), "plan", plan});
    for (int i = 1000; i < 1300; ++i)
        files.push_back({"d" + std::to_string(i) + ".d/x.conf", std::to_string(i), unit});
    return files;
}

TEST(WriteUnits, WritesManyFiles) {
    const TemporaryDirectory out;
    for (int run = 0; run < 2; ++run) {  // into nothing, and over what is there
        ASSERT_TRUE(write_units(out.path(), many_files()));
        for (const OutputFile& file : many_files())
            ASSERT_EQ(out.read(file.path), file.content);
    }
}

TEST(WriteUnits, ReportsTheFirstOfManyFailures) {
    const TemporaryDirectory out;
    out.make_directory("caisson");
    for (const char* taken : {"caisson/1290", "caisson/1150"})
        out.make_directory(taken);
    out.write("d1200.d", "no directory");
    Result<void> written = write_units(out.path(), many_files());
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().message, out.path() + "/caisson/1150: rename: Is a directory");
    EXPECT_EQ(out.read("caisson/1149"), "plan");
}

}  // namespace
}  // namespace caisson
