// SPDX-License-Identifier: LGPL-2.1-or-later
#include "runtime/launch.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/magic.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/text.h"
#include "kernel/capabilities.h"
#include "kernel/files.h"
#include "kernel/kernel_mounts.h"
#include "kernel/mounts.h"
#include "kernel/network.h"
#include "kernel/program.h"
#include "kernel/syscalls.h"
#include "kernel/user_namespace.h"
#include "runtime/host_files.h"
#include "runtime/init.h"
#include "runtime/isolation.h"
#include "runtime/masks.h"

namespace caisson {

Result<void> close_inherited() {
    if (::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
        return sys_error("close inherited descriptors");
    return {};
}

Result<void> reset_signals() {
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    for (int signal = 1; signal <= SIGRTMAX; ++signal)
        (void)::sigaction(signal, &action, nullptr);  // SIGKILL, SIGSTOP and libc's own say EINVAL
    sigset_t none;
    ::sigemptyset(&none);
    if (::sigprocmask(SIG_SETMASK, &none, nullptr) < 0)
        return sys_error("reset the signal mask");
    return {};
}

namespace {

// Attaches the root where only this mount namespace sees it; the place is one that the root of a
// user namespace can reach.
Result<void> attach_root(int root) {
    const UniqueFd place = TRY(open_path("/run", O_PATH | O_DIRECTORY | O_NOFOLLOW));
    return attach(root, place.get(), "/");
}

// /proc, /sys and /dev must be real directories of the root: a link there would redirect every
// later mount and write below it (R7).
bool must_not_be_link(std::string_view target) {
    return target == "/proc" || target == "/sys" || target == "/dev";
}

// A link of the image must not lead a definition's mount into the container's own /proc or /sys,
// where definitions cannot mount either (R11). One into a bind of the host's is the definition's.
Result<void> check_resolved_target(int root, int target) {
    struct statfs status {};
    if (::fstatfs(target, &status) < 0)
        return sys_error("stat");
    if (status.f_type != PROC_SUPER_MAGIC && status.f_type != SYSFS_MAGIC)
        return {};
    for (const char* directory : {"/proc", "/sys"}) {
        const UniqueFd top = TRY(open_without_links(root, directory, O_PATH | O_DIRECTORY));
        const bool is_there = TRY(in_same_mount(target, top.get()));
        if (is_there)
            return plain_error(std::string("a link leads into ") + directory);
    }
    return {};
}

bool is_definitions(MountType type) {
    return type == MountType::Bind || type == MountType::Tmpfs;
}

Result<void> attach_prepared(int root, const PreparedMount& prepared, const UserNamespace& user) {
    const Mount& mount = *prepared.mount;
    UniqueFd made;
    if (!prepared.detached)
        made = TRY(new_kernel_mount(mount, user));
    UniqueFd target = TRY(prepared.kind == FileKind::Directory ? make_directory(root, mount.target)
                                                               : make_file(root, mount.target));
    if (must_not_be_link(mount.target))
        target = TRY(open_without_links(root, mount.target, O_PATH | O_DIRECTORY));
    if (is_definitions(mount.type))
        TRY(check_resolved_target(root, target.get()));
    return attach(made ? made.get() : prepared.detached.get(), target.get(), mount.target);
}

enum class Stage { BeforePlacement, AfterPlacement };

Result<void> attach_mounts(const Launch& launch, Stage stage) {
    for (const PreparedMount& one : launch.root.mounts) {
        // The cgroup file system shows what its cgroup namespace was born in.
        const bool late = one.mount->type == MountType::Cgroup2;
        if (late != (stage == Stage::AfterPlacement))
            continue;
        if (Result<void> done =
                attach_prepared(launch.root.root.get(), one, launch.plan.user_namespace);
            !done)
            return std::move(done.error()).within("mount on " + one.mount->target);
    }
    return {};
}

// The runtime's death closes the pipe: then nothing starts.
Result<void> wait_for_order(int pipe) {
    char byte = 0;
    ssize_t got = 0;
    do {
        got = ::read(pipe, &byte, 1);
    } while (got < 0 && errno == EINTR);
    if (got != 1)
        return plain_error("the runtime ended during the start");
    return {};
}

Result<void> connect_output(int fd, int standard) {
    if (fd >= 0 && ::dup2(fd, standard) < 0)
        return sys_error("connect the output");
    return {};
}

Result<void> set_host_name(const Plan& plan) {
    if (plan.namespaces.uts.mode == NamespaceMode::Private &&
        ::sethostname(plan.hostname.c_str(), plan.hostname.size()) < 0)
        return sys_error("set the host name", plan.hostname);
    return {};
}

Result<void> enter_cgroup_namespace(const Plan& plan) {
    if (plan.namespaces.cgroup.mode == NamespaceMode::Private && ::unshare(CLONE_NEWCGROUP) < 0)
        return sys_error("create a cgroup namespace");
    return {};
}

Result<void> run(const Launch& launch, int status) {
    const Plan& plan = launch.plan;
    const int root = launch.root.root.get();
    (void)::close(launch.orders_writer);
    if (launch.has_user_namespace) {
        TRY(wait_for_order(launch.orders));
        TRY(become_root_of_namespace());
    }
    TRY(close_inherited());
    TRY(reset_signals());
    if (::setsid() < 0 && errno != EPERM)
        return sys_error("create a session");
    ::umask(0022);
    TRY(join_new_session_keyring());

    TRY(make_mounts_private());
    TRY(attach_root(root));
    TRY(attach_mounts(launch, Stage::BeforePlacement));
    TRY(set_host_name(plan));
    if (plan.namespaces.network.mode == NamespaceMode::Private)
        TRY(bring_loopback_up());
    TRY(set_sysctls(root, plan));
    if (plan.boot)
        TRY(write_boot_files(root, launch.extra_variables));

    TRY(wait_for_order(launch.orders));
    // Beyond this point the process is in its final cgroup, and systemd knows of it.
    TRY(enter_cgroup_namespace(plan));
    TRY(attach_mounts(launch, Stage::AfterPlacement));
    TRY(protect_kernel_paths(root, plan, launch.root));
    TRY(pivot_into(root));
    // Beyond this point the host's file systems are out of reach.
    const UniqueFd top = TRY(open_path("/", O_PATH | O_DIRECTORY));
    const Identity identity = TRY(find_identity(top.get(), plan.user, plan.groups));
    TRY(mount_credentials(top.get(), launch.credentials, identity));
    std::vector<std::string> command = plan.command;
    if (plan.boot)
        command = TRY(boot_command(top.get(), plan.command));
    TRY(connect_output(launch.out, STDOUT_FILENO));
    TRY(connect_output(launch.error, STDERR_FILENO));
    ::umask(plan.umask);
    TRY(set_exec_labels(top.get(), plan));
    if (plan.no_new_privileges)
        TRY(forbid_new_privileges());
    // Without no_new_privileges it takes a capability, which is gone below (seccomp(2)).
    if (launch.filter && !plan.no_new_privileges)
        TRY(install_filter(*launch.filter));
    TRY(become(identity, plan.capabilities, plan.ambient));
    TRY(enter_directory(plan.working_directory));
    Variables extra = launch.extra_variables;
    TRY(pass_sockets(launch.sockets, plan.init, extra));
    // Last, so that the filter need not allow anything above.
    if (launch.filter && plan.no_new_privileges)
        TRY(install_filter(*launch.filter));
    const std::vector<std::string> environment =
        environment_for(identity, launch.variables, extra);
    if (plan.init)
        return execute_init(launch.init, status, command, environment);
    return execute(command, environment);
}

}  // namespace

Result<void> enter_directory(const std::string& path) {
    if (::chdir(path.c_str()) < 0)
        return sys_error("enter the working directory", path);
    char current[4096];
    // The kernel says "(unreachable)" of a directory outside the root (getcwd(2)).
    if (::syscall(SYS_getcwd, current, sizeof current) < 0)
        return sys_error("enter the working directory", path);
    if (current[0] != '/')
        return plain_error("enter the working directory " + path + ": outside of the root");
    return {};
}

Result<Identity> find_identity(int root, const std::string& user,
                               const std::vector<std::string>& groups) {
    const std::string passwd = TRY(read_in_root(root, "/etc/passwd", max_passwd_size));
    const std::string group = TRY(read_in_root(root, "/etc/group", max_passwd_size));
    return resolve_identity(user, groups, passwd, group);
}

namespace {

std::string_view search_path(const std::vector<std::string>& environment) {
    for (std::string_view entry : environment) {
        if (consume_prefix(entry, "PATH="))
            return entry;
    }
    return {};
}

}  // namespace

Error execute(const std::vector<std::string>& command,
              const std::vector<std::string>& environment) {
    const std::vector<char*> arguments = pointers(command);
    const std::vector<char*> variables = pointers(environment);
    const std::string& program = command.front();
    if (program.find('/') != program.npos) {
        ::execve(program.c_str(), arguments.data(), variables.data());
        return sys_error("execute", program);
    }
    int errnum = ENOENT;
    for (const std::string_view directory : split(search_path(environment), ':')) {
        const std::string candidate =
            std::string(directory.empty() ? "." : directory) + "/" + program;
        ::execve(candidate.c_str(), arguments.data(), variables.data());
        if (errno == EACCES)
            errnum = EACCES;
        else if (errno != ENOENT && errno != ENOTDIR)
            return sys_error("execute", candidate);
    }
    Error error = sys_error("execute", program, errnum);
    error.message += " (searched in PATH of the container)";
    return error;
}

Error launch(const Launch& launch, int status) {
    Result<void> ran = run(launch, status);
    return std::move(ran.error());
}

}  // namespace caisson
