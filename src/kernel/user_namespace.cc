// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernel/user_namespace.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <string>

#include "base/scope_exit.h"
#include "kernel/files.h"
#include "kernel/process.h"
#include "kernel/syscalls.h"

namespace caisson {
namespace {

// /proc/PID, checked to be of a real procfs (R10).
Result<UniqueFd> open_process(pid_t pid) {
    const std::string path = "/proc/" + std::to_string(pid);
    UniqueFd directory = TRY(open_path(path, O_PATH | O_DIRECTORY | O_NOFOLLOW));
    TRY(check_file_system(directory.get(), PROC_SUPER_MAGIC, path));
    return directory;
}

Result<void> write_map(int process, const char* name, const std::string& map) {
    const UniqueFd file(::openat(process, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file)
        return sys_error("open", name);
    return write_all(file.get(), map, name);
}

}  // namespace

Result<void> map_ids(pid_t pid, const IdRange& range) {
    const UniqueFd process = TRY(open_process(pid));
    const std::string map =
        "0 " + std::to_string(range.base) + " " + std::to_string(range.size) + "\n";
    for (const char* name : {"uid_map", "gid_map"}) {
        if (Result<void> done = write_map(process.get(), name, map); !done)
            return std::move(done.error()).within("map the ids of the user namespace");
    }
    return {};
}

Result<UniqueFd> new_user_namespace(const IdRange& range) {
    // It only has to exist until the descriptor does.
    Child holder = TRY(spawn({.namespaces = CLONE_NEWUSER}, []() -> Error {
        (void)::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        for (;;)
            ::pause();
    }));
    const ScopeExit end([&] {
        (void)sys_pidfd_send_signal(holder.pidfd(), SIGKILL);
        (void)::waitpid(holder.pid(), nullptr, 0);
    });
    TRY(map_ids(holder.pid(), range));
    const UniqueFd process = TRY(open_process(holder.pid()));
    UniqueFd user(::openat(process.get(), "ns/user", O_RDONLY | O_CLOEXEC));
    if (!user)
        return sys_error("open the user namespace");
    return user;
}

Result<void> become_root_of_namespace() {
    if (::syscall(SYS_setgroups, 0, nullptr) < 0)
        return sys_error("clear supplementary groups");
    if (::syscall(SYS_setresgid, 0, 0, 0) < 0)
        return sys_error("set gid 0");
    if (::syscall(SYS_setresuid, 0, 0, 0) < 0)
        return sys_error("set uid 0");
    // The change has made the process dumpable again where the system says so (R2).
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return sys_error("forbid inspection");
    return {};
}

}  // namespace caisson
