// SPDX-License-Identifier: LGPL-2.1-or-later
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/text.h"
#include "runtime/verbs.h"
#include "store/health.h"
#include "systemd/notify.h"

namespace caisson {
namespace {

// Records appear by rename(2), whole.
Result<UniqueFd> watch_records() {
    TRY(make_health_directory());
    UniqueFd watch(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    if (!watch)
        return sys_error("watch", health_directory);
    if (::inotify_add_watch(watch.get(), health_directory, IN_MOVED_TO | IN_DELETE | IN_ONLYDIR) <
        0)
        return sys_error("watch", health_directory);
    return watch;
}

// Whatever the unit's stop signal is.
Result<UniqueFd> watch_end() {
    sigset_t set;
    ::sigfillset(&set);
    for (const int signal : {SIGCHLD, SIGCONT, SIGWINCH, SIGURG, SIGTSTP, SIGTTIN, SIGTTOU})
        ::sigdelset(&set, signal);
    if (::sigprocmask(SIG_BLOCK, &set, nullptr) < 0)
        return sys_error("block signals");
    UniqueFd fd(::signalfd(-1, &set, SFD_CLOEXEC));
    if (!fd)
        return sys_error("watch signals");
    return fd;
}

struct Awaited {
    std::string name;
    std::string why;  // it is not healthy
};

// A record that cannot be read is as good as none: a later one may be better.
std::vector<Awaited> missing(const std::vector<std::string>& names) {
    std::vector<Awaited> missing;
    for (const std::string& name : names) {
        const Result<std::optional<HealthRecord>> record = load_health(name);
        if (!record || !*record)
            missing.push_back({name, "not running"});
        else if ((*record)->state != "healthy")
            missing.push_back(
                {name, (*record)->state + ", its last probe: " + result_of(**record)});
    }
    return missing;
}

std::string list_of(const std::vector<Awaited>& all, bool with_reason) {
    std::vector<std::string> words;
    for (const Awaited& one : all)
        words.push_back(with_reason ? one.name + " (" + one.why + ")" : one.name);
    return join(words, ", ");
}

void drain(int watch) {
    alignas(inotify_event) char events[4096];
    while (::read(watch, events, sizeof events) > 0)
        continue;
}

}  // namespace

Result<void> await(const std::vector<std::string>& names) {
    const UniqueFd records = TRY(watch_records());
    const UniqueFd end = TRY(watch_end());
    std::string told;
    for (;;) {
        const std::vector<Awaited> left = missing(names);
        if (left.empty())
            break;
        // What it cannot tell is no reason to fail.
        const std::string status = "STATUS=waiting for " + list_of(left, false) + " to be healthy";
        if (status != told)
            (void)notify(status);
        told = status;
        pollfd events[] = {{.fd = records.get(), .events = POLLIN, .revents = 0},
                           {.fd = end.get(), .events = POLLIN, .revents = 0}};
        while (::poll(events, 2, -1) < 0)
            if (errno != EINTR)
                return sys_error("wait for", health_directory);
        if (events[1].revents != 0)
            return plain_error("not started, because not healthy: " + list_of(left, true));
        drain(records.get());
    }
    if (!told.empty())
        (void)notify("STATUS=");
    return {};
}

}  // namespace caisson
