// SPDX-License-Identifier: LGPL-2.1-or-later
#include <sys/stat.h>

#include <cstdlib>

#include "base/log.h"
#include "kernel/cgroup.h"
#include "kernel/files.h"
#include "runtime/companion.h"
#include "runtime/container_dir.h"
#include "runtime/filter.h"
#include "runtime/plan_file.h"
#include "runtime/verbs.h"
#include "store/health.h"
#include "store/state.h"
#include "systemd/notify.h"

namespace caisson {
namespace {

Result<void> remove_files(const std::string& name) {
    const std::string plan = running_plan_path(name);
    for (const std::string& path : {notify_socket_path(name), plan, plan + ".new",
                                    running_filter_path(name), memory_note_path(name)}) {
        if (::unlink(path.c_str()) < 0 && errno != ENOENT)
            return sys_error("remove", path);
    }
    return {};
}

// With placement "service" nobody watches the container's memory, and systemd's result of a kill is
// only "signal". The unit's cgroup still knows: as ExecStopPost= this runs in it, or in its child
// `.control` (systemd.resource-control(5), Delegate=).
Result<void> report_memory_kills() {
    const char* result = std::getenv("SERVICE_RESULT");
    if (result == nullptr || std::string_view(result) == "success")
        return {};
    std::string unit = TRY(cgroup_of(0));
    if (constexpr std::string_view control = "/.control"; unit.ends_with(control))
        unit.resize(unit.size() - control.size());
    const UniqueFd cgroup = TRY(open_cgroup(unit));
    const std::uint64_t kills = TRY(count_memory_kills(cgroup.get()));
    if (kills == 0)
        return {};
    log_error("the kernel killed " + std::to_string(kills) +
              (kills == 1 ? " process" : " processes") +
              " of this container: out of memory; see memory_max in its definition");
    const bool heard = TRY(notify("STATUS=killed by the kernel: out of memory"));
    if (heard)
        TRY(notify_barrier(10 * 1000));
    return {};
}

bool was_stopped_for_memory(const std::string& name) {
    struct stat status {};
    return ::stat(memory_note_path(name).c_str(), &status) == 0 && status.st_size > 0;
}

// A start that waited for a probe, or what ended because of one, says so: systemd knows only that
// it ended. The error of a stop because of on_failure makes the unit one that failed.
Result<void> report_health(const std::string& name) {
    const Result<std::optional<HealthRecord>> record = load_health(name);
    if (!record || !*record)
        return {};
    const char* result = std::getenv("SERVICE_RESULT");
    const bool failed = result != nullptr && std::string_view(result) != "success";
    if ((*record)->was_stopped) {
        (void)notify("STATUS=unhealthy; stopped: " + result_of(**record));
        return plain_error("unhealthy; stopped, as health.on_failure says: " + result_of(**record));
    }
    if ((*record)->holds_start && failed) {
        const std::string message = "never became healthy; the last of " +
                                    std::to_string((*record)->probes) +
                                    " probes: " + result_of(**record);
        log_error(message);
        (void)notify("STATUS=" + message);
        (void)notify_barrier(10 * 1000);
    }
    return {};
}

}  // namespace

Result<void> cleanup(const std::string& name) {
    // Namespaces, mounts and cgroups are the kernel's and systemd's to remove. Each step is tried
    // whatever became of the one before.
    // What it cannot tell is no reason to fail.
    (void)report_memory_kills();
    const bool was_stopped = was_stopped_for_memory(name);
    Result<void> health = report_health(name);
    Result<void> record = remove_health(name);
    Result<void> layer = remove_ephemeral_layer(name);
    Result<void> state = remove_state(name);
    Result<void> files = remove_files(name);
    if (!layer)
        return std::move(layer.error()).within(name);
    if (!state)
        return std::move(state.error()).within(name);
    if (!files)
        return std::move(files.error()).within(name);
    // A failure of this verb is one of the service. The next one finds no note.
    if (was_stopped)
        return plain_error("stopped after a kill for memory: oom_policy is \"stop\"").within(name);
    if (!record)
        return std::move(record.error()).within(name);
    if (!health)
        return std::move(health.error()).within(name);
    return {};
}

}  // namespace caisson
