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
#include "kernel/files.h"
#include "kernel/mounts.h"
#include "kernel/process.h"
#include "kernel/syscalls.h"
#include "store/state.h"

namespace caisson {
namespace {

constexpr const char* program = CAISSON_LIBEXECDIR "/caisson-companion";

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

// exec needs the descriptors without close-on-exec; all others stay closed.
Error run_companion(const std::string& name, const std::vector<Passed>& passed) {
    std::vector<std::string> arguments = {"caisson-companion", name};
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

Result<CompanionChannels> make_channels(const std::string& name) {
    CompanionChannels channels;
    TRY(make_pipe(channels.out, channels.payload_out));
    TRY(make_pipe(channels.error, channels.payload_error));
    channels.notify = TRY(bind_notify_socket(name));
    const UniqueFd file = TRY(open_path(notify_socket_path(name), O_PATH | O_NOFOLLOW));
    channels.notify_mount = TRY(clone_mount(file.get(), Submounts::Leave, {}));
    return channels;
}

std::string memory_note_path(const std::string& name) {
    return std::string(running_plans) + "/" + name + ".oom";
}

Result<void> start_companion(const Plan& plan, const CompanionChannels& channels, int pidfd,
                             int cgroup) {
    // Without the memory controller there is nothing to watch.
    const UniqueFd memory_events(::openat(cgroup, "memory.events", O_RDONLY | O_CLOEXEC));
    const UniqueFd memory_peak(::openat(cgroup, "memory.peak", O_RDONLY | O_CLOEXEC));
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
    };
    Child child = TRY(spawn({}, [&] { return run_companion(plan.name, passed); }));
    if (Result<void> started = child.wait_for_exec(); !started)
        return std::move(started.error()).within("companion");
    child.release();
    return {};
}

}  // namespace caisson
