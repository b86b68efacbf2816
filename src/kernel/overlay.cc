// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernel/overlay.h"

#include <sys/utsname.h>

#include "base/text.h"
#include "kernel/files.h"
#include "kernel/mounts.h"

namespace caisson {
namespace {

// fsconfig(2) takes strings of up to 255 bytes.
constexpr std::size_t longest_value = 255;

MountOptions lower_options(const std::vector<UniqueFd>& layers) {
    std::vector<std::string> paths;
    for (const UniqueFd& layer : layers)
        paths.push_back(descriptor_path(layer.get()));
    // Paths by descriptor are short, need no escaping of ":" and ",", and mean the directories
    // that were checked.
    if (const std::string joined = join(paths, ":"); joined.size() <= longest_value)
        return {{"lowerdir", joined}};
    MountOptions options;
    for (const std::string& path : paths)
        options.emplace_back("lowerdir+", path);  // Linux 6.8
    return options;
}

}  // namespace

bool takes_detached_layers() {
    utsname system{};
    if (::uname(&system) < 0)
        return false;
    const std::vector<std::string_view> release = split(system.release, '.');
    const unsigned major = parse_integer<unsigned>(release[0]).value_or(0);
    const unsigned minor =
        release.size() > 1 ? parse_integer<unsigned>(
                                 release[1].substr(0, release[1].find_first_not_of("0123456789")))
                                 .value_or(0)
                           : 0;
    return major > 6 || (major == 6 && minor >= 15);
}

Result<UniqueFd> new_overlay(const OverlayDirectories& directories, Durability durability,
                             const std::string& label) {
    MountOptions options = lower_options(directories.layers);
    if (directories.upper) {
        options.emplace_back("upperdir", descriptor_path(directories.upper.get()));
        options.emplace_back("workdir", descriptor_path(directories.work.get()));
        if (durability == Durability::Volatile)
            options.emplace_back("volatile", "");
    }
    if (!label.empty())
        options.emplace_back("context", label);
    // What an image brings as a device node stays a name.
    return new_mount("overlay", options, {.read_only = !directories.upper, .nodev = true});
}

}  // namespace caisson
