// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernel/kernel_mounts.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/scope_exit.h"
#include "kernel/mounts.h"
#include "kernel/process.h"
#include "kernel/syscalls.h"

namespace caisson {
namespace {

// Of the group tty, as Debian, Fedora and others have it.
constexpr std::uint32_t tty_group = 5;

Result<UniqueFd> new_devpts(const Mount& mount, const UserNamespace& user) {
    MountOptions options = {{"newinstance", ""}, {"ptmxmode", "0666"}, {"mode", "0620"}};
    if (user.mode != UserNamespaceMode::Range || user.size > tty_group)
        options.emplace_back("gid", std::to_string(tty_group));
    return new_mount("devpts", options, mount.flags);
}

Result<UniqueFd> new_tmpfs(const Mount& mount) {
    MountOptions options = {{"mode", mount.mode.empty() ? "0755" : mount.mode}};
    if (!mount.size.empty())
        options.emplace_back("size", mount.size);
    return new_mount("tmpfs", options, mount.flags);
}

}  // namespace

Result<UniqueFd> new_kernel_mount(const Mount& mount, const UserNamespace& user) {
    switch (mount.type) {
    case MountType::Proc:
        return new_mount("proc", {}, mount.flags);
    case MountType::Sysfs:
        return new_mount("sysfs", {}, mount.flags);
    case MountType::Cgroup2:
        return new_mount("cgroup2", {}, mount.flags);
    case MountType::Mqueue:
        return new_mount("mqueue", {}, mount.flags);
    case MountType::Devpts:
        return new_devpts(mount, user);
    case MountType::Tmpfs:
        return new_tmpfs(mount);
    case MountType::Bind:
    case MountType::Dev:
        break;
    }
    return plain_error("not prepared");
}

Result<UniqueFd> new_procfs_of_children(const MountFlags& flags) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0)
        return sys_error("create a pipe");
    const UniqueFd read(ends[0]);
    UniqueFd write(ends[1]);
    Child maker = TRY(spawn({}, [&]() -> Error {
        (void)::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        Result<UniqueFd> proc = new_mount("proc", {}, flags);
        if (!proc)
            return std::move(proc.error());
        const int number = proc->get();
        if (::write(write.get(), &number, sizeof number) != sizeof number)
            return sys_error("hand over the proc file system");
        for (;;)
            ::pause();
    }));
    const ScopeExit end([&] {
        (void)sys_pidfd_send_signal(maker.pidfd(), SIGKILL);
        (void)::waitpid(maker.pid(), nullptr, 0);
    });
    write.reset();
    int number = -1;
    if (::read(read.get(), &number, sizeof number) != sizeof number) {
        Result<void> reason = maker.wait_for_exec();
        return reason ? plain_error("mount proc") : std::move(reason.error());
    }
    UniqueFd proc(sys_pidfd_getfd(maker.pidfd(), number));
    if (!proc)
        return sys_error("take over the proc file system");
    return proc;
}

}  // namespace caisson
