// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernel/files.h"
#include "runtime/companion.h"
#include "runtime/container_dir.h"
#include "runtime/plan_file.h"
#include "runtime/verbs.h"
#include "store/state.h"

namespace caisson {
namespace {

Result<void> remove_files(const std::string& name) {
    const std::string plan = running_plan_path(name);
    for (const std::string& path : {notify_socket_path(name), plan, plan + ".new"}) {
        if (::unlink(path.c_str()) < 0 && errno != ENOENT)
            return sys_error("remove", path);
    }
    return {};
}

}  // namespace

Result<void> cleanup(const std::string& name) {
    // Namespaces, mounts and cgroups are the kernel's and systemd's to remove. Each step is tried
    // whatever became of the one before.
    Result<void> layer = remove_ephemeral_layer(name);
    Result<void> state = remove_state(name);
    Result<void> files = remove_files(name);
    if (!layer)
        return std::move(layer.error()).within(name);
    if (!state)
        return std::move(state.error()).within(name);
    if (!files)
        return std::move(files.error()).within(name);
    return {};
}

}  // namespace caisson
