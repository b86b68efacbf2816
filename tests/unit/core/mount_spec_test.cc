// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include "core/mount_spec.h"

namespace caisson {
namespace {

TEST(NormalisedPath, DropsWhatDoesNothing) {
    EXPECT_EQ(normalised_path("/"), "/");
    EXPECT_EQ(normalised_path("//a/./b//"), "/a/b");
    EXPECT_EQ(normalised_path("/a/..b"), "/a/..b");
    EXPECT_EQ(normalised_path("%t/./x/"), "%t/x");
    EXPECT_EQ(normalised_path("%t"), "%t");
}

TEST(CheckMountTarget, RefusesTheKernelsDirectories) {
    for (const char* target : {"/proc", "/proc/", "//proc", "/proc/self", "/sys", "/sys/fs/cgroup",
                               "/", "//", "/dev", "/dev/pts", "", "a", "%t/x", "/a/..", "/./a"})
        EXPECT_TRUE(check_mount_target(target)) << target;
    for (const char* target : {"/process", "/system", "/dev/shm", "/run", "/srv/%i", "/a.b"})
        EXPECT_FALSE(check_mount_target(target)) << target;
}

TEST(TmpfsSize, IsWhatTheKernelTakes) {
    EXPECT_EQ(tmpfs_size("64M"), "64M");
    EXPECT_EQ(tmpfs_size("4096"), "4096");
    EXPECT_EQ(tmpfs_size("10%"), "10%");
    EXPECT_EQ(tmpfs_size("1.5G"), "1610612736");
    EXPECT_EQ(tmpfs_size("1T"), "1099511627776");
    EXPECT_EQ(tmpfs_size("512B"), "512");
    for (const char* size : {"", "0", "0M", "0%", "1.5%", "-1", "lots", "64MB", "64M,mode=0777"})
        EXPECT_FALSE(tmpfs_size(size)) << size;
}

MountSpec bind(std::string source, Texts options) {
    MountSpec spec;
    spec.source = Text{std::move(source), {}};
    spec.target = Text{"/t", {}};
    spec.options = Located<Texts>{std::move(options), {}};
    return spec;
}

TEST(MountOf, StartsARelativeSourceAtTheDefinition) {
    EXPECT_EQ(mount_of(bind("./www/a", {}), "/etc/caisson").source, "/etc/caisson/www/a");
    EXPECT_EQ(mount_of(bind("/www", {}), "/etc/caisson").source, "/www");
    EXPECT_EQ(mount_of(bind("%t/www", {}), "/etc/caisson").source, "%t/www");
}

TEST(MountOf, IsNosuidAndNodevUnlessToldOtherwise) {
    EXPECT_EQ(mount_of(bind("/a", {}), "").flags, (MountFlags{.nosuid = true, .nodev = true}));
    EXPECT_EQ(mount_of(bind("/a", {{"suid", {}}, {"noexec", {}}, {"ro", {}}}), "").flags,
              (MountFlags{.read_only = true, .nodev = true, .noexec = true}));
}

TEST(CheckMountOptions, RefusesUnknownAndContradictory) {
    EXPECT_FALSE(check_mount_options(bind("/a", {{"ro", {}}, {"ro", {}}, {"exec", {}}})));
    EXPECT_TRUE(check_mount_options(bind("/a", {{"ro", {}}, {"rw", {}}})));
    EXPECT_TRUE(check_mount_options(bind("/a", {{"bind", {}}})));
    EXPECT_TRUE(check_mount_options(bind("/a", {{"ro,suid", {}}})));
}

}  // namespace
}  // namespace caisson
