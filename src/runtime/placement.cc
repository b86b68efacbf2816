// SPDX-License-Identifier: LGPL-2.1-or-later
#include "runtime/placement.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <vector>

#include "config.h"
#include "core/isolation.h"
#include "kernel/cgroup.h"
#include "kernel/device_filter.h"
#include "systemd/scope_module.h"

namespace caisson {
namespace {

constexpr unsigned stop_seconds = 10;
constexpr const char* module = CAISSON_LIBEXECDIR "/scope.so";

using StartScope = decltype(&caisson_start_scope);

// Loaded only here, while the container's first process makes its mounts; never unloaded.
Result<StartScope> load_module() {
    void* handle = ::dlopen(module, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr)
        return plain_error(std::string("load ") + ::dlerror());
    auto entry = reinterpret_cast<StartScope>(::dlsym(handle, "caisson_start_scope"));
    if (entry == nullptr)
        return plain_error(std::string("load ") + ::dlerror());
    return entry;
}

// PID 1 sends every signal to every private connection (sd-bus's "direct" bus, systemd 262 too), so
// requests side by side cost the square of their number: they queue. The lock is gone with its
// descriptor.
Result<UniqueFd> queue_for_systemd() {
    constexpr const char* path = "/run/caisson/scope.lock";
    UniqueFd lock(::open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!lock)
        return sys_error("open", path);
    while (::flock(lock.get(), LOCK_EX) < 0)
        if (errno != EINTR)
            return sys_error("lock", path);
    return lock;
}

// Scopes of instances have no drop-in to say limits. In a drop-in a systemd that does not know
// OOMPolicy= of scopes would pass over it; as a property it refuses it.
std::vector<Directive> properties_of(const Plan& plan) {
    std::vector<Directive> properties = device_directives(plan);
    if (!plan.oom_policy.empty())
        properties.push_back({"OOMPolicy", plan.oom_policy});
    if (plan.name.find('@') != plan.name.npos)
        properties.insert(properties.end(), plan.scope_directives.begin(),
                          plan.scope_directives.end());
    return properties;
}

std::vector<const char*> flat(const std::vector<Directive>& directives) {
    std::vector<const char*> words;
    for (const auto& [key, value] : directives)
        words.insert(words.end(), {key.c_str(), value.c_str()});
    words.push_back(nullptr);
    return words;
}

}  // namespace

Result<UniqueFd> make_own_cgroup(const std::string& name) {
    const std::string own = TRY(cgroup_of(0));
    const UniqueFd cgroup = TRY(open_cgroup(own));
    TRY(check_device_filter(cgroup.get()));
    return make_child_cgroup(cgroup.get(), name);
}

Result<UniqueFd> make_payload_cgroup() {
    return make_own_cgroup("payload");
}

Result<UniqueFd> place_in_scope(const Plan& plan, pid_t pid, int pidfd) {
    const StartScope start_scope = TRY(load_module());
    const std::string scope = scope_name(plan.name);
    const std::string description = "Payload of " + plan.service;
    const std::vector<Directive> properties = properties_of(plan);
    const std::vector<const char*> limits = flat(properties);
    const caisson_scope_request request{.name = scope.c_str(),
                                        .slice = plan.slice.c_str(),
                                        .service = plan.service.c_str(),
                                        .description = description.c_str(),
                                        .pid = pid,
                                        .pidfd = pidfd,
                                        .limits = limits.data()};
    char message[512] = {};
    UniqueFd turn = TRY(queue_for_systemd());
    const int r = start_scope(&request, message, sizeof message);
    turn.reset();
    // A stop came in the middle of the start. Its signal ends this process cleanly; to exit before
    // that would make it a start that failed.
    if (r == ECANCELED)
        ::sleep(stop_seconds);
    if (r != 0)
        return Error{r > 0 ? r : 0, message};
    const std::string path = TRY(cgroup_of(pid));
    UniqueFd cgroup = TRY(open_cgroup(path));
    TRY(check_device_filter(cgroup.get()));
    return cgroup;
}

}  // namespace caisson
