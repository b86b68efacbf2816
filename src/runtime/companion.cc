// SPDX-License-Identifier: LGPL-2.1-or-later
#include "runtime/companion.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <array>
#include <vector>

#include "config.h"
#include "core/plan_words.h"
#include "kernel/files.h"
#include "kernel/mounts.h"
#include "kernel/process.h"
#include "kernel/syscalls.h"
#include "runtime/placement.h"
#include "store/health.h"
#include "store/state.h"

namespace caisson {
namespace {

constexpr const char* program = CAISSON_LIBEXECDIR "/caisson-companion";
constexpr const char* runtime = CAISSON_LIBEXECDIR "/caisson-runtime";

Result<void> make_pipe(UniqueFd& read, UniqueFd& write) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0)
        return sys_error("create a pipe");
    read.reset(ends[0]);
    write.reset(ends[1]);
    return {};
}

Result<UniqueFd> bind_notify_socket(const std::string& name) {
    const std::string path = notify_socket_path(name);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    // Bound through a descriptor of the directory, since a path may be longer than an address.
    const UniqueFd directory = TRY(open_path(notify_directory, O_PATH | O_DIRECTORY));
    const std::string short_path =
        descriptor_path(directory.get()) + "/" + path.substr(path.rfind('/') + 1);
    if (short_path.size() >= sizeof address.sun_path)
        return plain_error("bind " + path + ": path too long");
    short_path.copy(address.sun_path, sizeof address.sun_path - 1);
    UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket)
        return sys_error("open a socket");
    (void)::unlink(path.c_str());
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
        return sys_error("bind", path);
    // Reachable only inside the container, there for every user.
    if (::chmod(path.c_str(), 0666) < 0)
        return sys_error("change the mode of", path);
    return socket;
}

struct Passed {
    const char* name;
    int fd;
};

std::vector<std::string> arguments_for(const Plan& plan) {
    std::vector<std::string> arguments = {"caisson-companion", plan.name};
    const Health& health = plan.health;
    if (health.command.empty())
        return arguments;
    const auto add = [&](const char* name, const std::string& value) {
        arguments.push_back(std::string(name) + "=" + value);
    };
    add("interval", std::to_string(health.interval));
    add("timeout", std::to_string(health.timeout));
    add("start_period", std::to_string(health.start_period));
    add("retries", std::to_string(health.retries));
    add("on_failure", name_of(health_actions, health.on_failure));
    add("ready", name_of(ready_words, plan.ready));
    add("service", plan.service);
    add("runtime", runtime);
    add("records", health_directory);
    return arguments;
}

// exec needs the descriptors without close-on-exec; all others stay closed.
Error run_companion(std::vector<std::string> arguments, const std::vector<Passed>& passed) {
    // A stop right now must not end it before it can ignore the signal: it is born deaf.
    sigset_t all;
    ::sigfillset(&all);
    if (::sigprocmask(SIG_SETMASK, &all, nullptr) < 0)
        return sys_error("block signals");
    if (::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
        return sys_error("close inherited descriptors");
    for (const Passed& one : passed) {
        if (one.fd < 0)
            continue;
        if (::fcntl(one.fd, F_SETFD, 0) < 0)
            return sys_error("pass a descriptor");
        arguments.push_back(std::string(one.name) + "=" + std::to_string(one.fd));
    }
    std::vector<char*> argv;
    for (std::string& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    const char* notify = ::getenv("NOTIFY_SOCKET");
    std::string variable = std::string("NOTIFY_SOCKET=") + (notify != nullptr ? notify : "");
    const std::array<char*, 2> environment = {notify != nullptr ? variable.data() : nullptr,
                                              nullptr};
    (void)!::chdir("/");
    ::execve(program, argv.data(), environment.data());
    return sys_error("execute", program);
}

}  // namespace

std::string notify_socket_path(const std::string& name) {
    return std::string(notify_directory) + "/" + name;
}

bool needs_companion(const Plan& plan) {
    const bool is_hosts_root = plan.user_namespace.mode == UserNamespaceMode::Host;
    return plan.placement == Placement::Scope || !plan.health.command.empty() ||
           (is_hosts_root && plan.ready == Ready::Notify);
}

Result<CompanionChannels> make_channels(const Plan& plan) {
    CompanionChannels channels;
    if (plan.placement == Placement::Scope) {
        TRY(make_pipe(channels.out, channels.payload_out));
        TRY(make_pipe(channels.error, channels.payload_error));
    }
    TRY(make_pipe(channels.go, channels.go_ahead));
    channels.notify = TRY(bind_notify_socket(plan.name));
    const UniqueFd file = TRY(open_path(notify_socket_path(plan.name), O_PATH | O_NOFOLLOW));
    channels.notify_mount = TRY(clone_mount(file.get(), Submounts::Leave, {}));
    return channels;
}

std::string memory_note_path(const std::string& name) {
    return std::string(running_plans) + "/" + name + ".oom";
}

Result<void> start_companion(const Plan& plan, const CompanionChannels& channels, int pidfd,
                             int cgroup) {
    const bool is_scoped = plan.placement == Placement::Scope;
    UniqueFd memory_events;
    UniqueFd memory_peak;
    UniqueFd own_cgroup;
    if (is_scoped) {
        // Without the memory controller there is nothing to watch.
        memory_events.reset(::openat(cgroup, "memory.events", O_RDONLY | O_CLOEXEC));
        memory_peak.reset(::openat(cgroup, "memory.peak", O_RDONLY | O_CLOEXEC));
    } else {
        // The unit's own cgroup must stay without processes (cgroups(7), "no internal processes").
        own_cgroup = TRY(make_own_cgroup("companion"));
    }
    UniqueFd memory_note;
    if (plan.oom_policy == "stop")
        memory_note = TRY(open_path(memory_note_path(plan.name),
                                    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600));
    const std::vector<Passed> passed = {
        {"stdout", channels.out.get()},
        {"stderr", channels.error.get()},
        {"notify", channels.notify.get()},
        {"memory_events", memory_events.get()},
        {"memory_peak", memory_peak.get()},
        {"memory_note", memory_note.get()},
        {"pidfd", pidfd},
        {"go", channels.go.get()},
    };
    Child child = TRY(spawn({.cgroup = own_cgroup.get()},
                            [&] { return run_companion(arguments_for(plan), passed); }));
    if (Result<void> started = child.wait_for_exec(); !started)
        return std::move(started.error()).within("companion");
    child.release();
    return {};
}

Result<void> let_go(const CompanionChannels& channels) {
    if (::write(channels.go_ahead.get(), "1", 1) != 1)
        return sys_error("tell the companion to go on");
    return {};
}

}  // namespace caisson
