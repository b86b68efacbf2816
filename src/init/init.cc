// SPDX-License-Identifier: LGPL-2.1-or-later
// caisson-init [report=FD] -- PROGRAM [ARGUMENT...]
//
// Process 1 of a container with `init = true`. It starts the payload as its only child, passes all
// signals that can be passed on to it, reaps whatever becomes its child, and ends with the
// payload's status, or with 128 and its signal. With that the kernel ends all other processes of
// the PID namespace.
//
// `report` is the close-on-exec pipe of kernel/process.h: it reaches its end when the payload has
// been executed, or says why not, so that a payload that cannot start is a start that failed.
//
// Where the environment has room for LISTEN_PID (runtime/sockets.h), the payload's number goes there,
// sd_listen_fds(3).
//
// It sleeps in one system call, and blocks all signals, so that none needs a handler and none is
// lost; who starts it blocks them too.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <cstdint>

#include "freestanding/program.h"
#include "freestanding/syscalls.h"
#include "freestanding/text.h"
#include "init/execute.h"

namespace caisson {
namespace {

constexpr int exit_misuse = 2;
constexpr int exit_cannot_start = 126;
constexpr int signal_exit_base = 128;
constexpr std::uint64_t all_signals = ~std::uint64_t{0};

struct Arguments {
    int report = -1;
    char** command = nullptr;
};

bool parse(Arguments& parsed, int count, char** arguments) {
    for (int i = 1; i < count; ++i) {
        std::string_view argument = arguments[i];
        if (take(argument, "report=")) {
            parsed.report = static_cast<int>(number_in(argument));
        } else if (take(argument, "--") && argument.empty()) {
            parsed.command = arguments + i + 1;
            return i + 1 < count;
        } else {
            return false;
        }
    }
    return false;
}

void set_mask(std::uint64_t mask) {
    (void)call(SYS_rt_sigprocmask, SIG_SETMASK, &mask, nullptr, sizeof mask);
}

// Only who is the process of that number may take the sockets. Zeros hold its place.
void tell_listening_process(char** environment, unsigned long pid) {
    constexpr std::string_view name = "LISTEN_PID=";
    for (; *environment != nullptr; ++environment) {
        std::string_view zeros = *environment;
        if (!take(zeros, name) || !take(zeros, "0000000000") || !zeros.empty())
            continue;
        Text<11> digits;
        digits << pid << std::string_view("", 1);
        __builtin_memcpy(*environment + name.size(), digits.data, digits.size);
    }
}

long fork() {
#ifdef SYS_fork
    return call(SYS_fork);
#else
    return call(SYS_clone, SIGCHLD, 0, 0, 0, 0);
#endif
}

int exit_status(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : signal_exit_base + WTERMSIG(status);
}

// Signals of the same number are one while they are pending: one SIGCHLD may stand for many ends.
// True when the payload's was among them; its exit status is in `status` then.
bool reap(long payload, int& status) {
    bool over = false;
    for (;;) {
        int ended = 0;
        const long pid = call(SYS_wait4, -1, &ended, WNOHANG, nullptr);
        if (pid <= 0)
            return over;
        if (pid == payload) {
            status = exit_status(ended);
            over = true;
        }
    }
}

// Returns the payload's exit status.
int supervise(long payload) {
    for (int status = 0;;) {
        const long signal =
            call(SYS_rt_sigtimedwait, &all_signals, nullptr, nullptr, sizeof all_signals);
        if (signal == SIGCHLD && reap(payload, status))
            return status;
        if (signal > 0 && signal != SIGCHLD)
            (void)call(SYS_kill, payload, signal);
    }
}

}  // namespace

int program(int count, char** arguments, char** environment) {
    set_mask(all_signals);
    // It is executed by descriptor, which gives it a number for a name.
    (void)call(SYS_prctl, PR_SET_NAME, "caisson-init", 0, 0, 0);
    // Where the PID namespace is not the container's own, orphans come here all the same.
    (void)call(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    Arguments parsed;
    if (!parse(parsed, count, arguments))
        return exit_misuse;
    if (parsed.report >= 0)
        (void)call(SYS_fcntl, parsed.report, F_SETFD, FD_CLOEXEC);

    const long payload = fork();
    if (payload < 0) {
        report_failure(parsed.report, "create the payload's process", static_cast<int>(-payload));
        return exit_cannot_start;
    }
    if (payload == 0) {
        // As without init: the payload leads a session.
        (void)call(SYS_setsid);
        set_mask(0);
        tell_listening_process(environment, static_cast<unsigned long>(call(SYS_getpid)));
        return execute(parsed.command, environment, parsed.report);
    }
    // The report ends with the payload's copy of it; what else was passed is the payload's alone.
    (void)call(SYS_close_range, 3, ~0U, 0);
    (void)call(SYS_chdir, "/");
    return supervise(payload);
}

}  // namespace caisson
