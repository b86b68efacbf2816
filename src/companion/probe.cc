// SPDX-License-Identifier: LGPL-2.1-or-later
#include "companion/probe.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <cerrno>

#include "freestanding/syscalls.h"

namespace caisson {

namespace {

constexpr int report_fd = 3;
constexpr int exit_cannot_execute = 126;

// As fork(2); the pidfd is close-on-exec.
long fork(int* pidfd) {
    clone_args arguments = {};
    arguments.flags = pidfd != nullptr ? CLONE_PIDFD : 0;
    arguments.pidfd = reinterpret_cast<uint64_t>(pidfd);
    arguments.exit_signal = SIGCHLD;
    return call(SYS_clone3, &arguments, sizeof arguments);
}

[[noreturn]] void execute(const char* const* arguments) {
    const uint64_t none = 0;
    (void)call(SYS_rt_sigprocmask, 2 /* SIG_SETMASK */, &none, nullptr, sizeof none);
    (void)call(SYS_prctl, PR_SET_THP_DISABLE, 0, 0, 0, 0);
    const char* const environment[] = {nullptr};
    (void)call(SYS_execve, arguments[0], arguments, environment);
    constexpr std::string_view message = "cannot execute ";
    (void)call(SYS_write, 2, message.data(), message.size());
    (void)call(SYS_write, 2, arguments[0], __builtin_strlen(arguments[0]));
    (void)call(SYS_write, 2, "\n", 1);
    for (;;)
        (void)call(SYS_exit_group, exit_cannot_execute);
}

// A copy of `fd` that is out of the way of those which are to be replaced.
int set_aside(int fd) {
    return static_cast<int>(call(SYS_fcntl, fd, F_DUPFD, 10));
}

[[noreturn]] void execute_probe(int output, int report, const char* const* arguments) {
    const int input = set_aside(
        static_cast<int>(call(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY | O_CLOEXEC, 0)));
    output = set_aside(output);
    report = set_aside(report);
    (void)call(SYS_dup3, input, 0, 0);
    (void)call(SYS_dup3, output, 1, 0);
    (void)call(SYS_dup3, output, 2, 0);
    (void)call(SYS_dup3, report, report_fd, 0);
    (void)call(SYS_close_range, report_fd + 1, ~0U, 0);
    execute(arguments);
}

bool make_pipe(int& read, int& write) {
    int ends[2];
    if (call(SYS_pipe2, ends, O_CLOEXEC) < 0)
        return false;
    read = ends[0];
    write = ends[1];
    (void)call(SYS_fcntl, read, F_SETFL, O_NONBLOCK);
    return true;
}

// What is kept is for terminals, the journal and a file of lines.
void clean(char* text, size_t size) {
    unsigned char last = 0;
    for (size_t i = 0; i < size; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte == '\t')
            text[i] = ' ';
        else if ((byte < ' ' && byte != '\n') || byte == 0x7f)
            text[i] = '?';
        else if (last == 0xc2 && byte >= 0x80 && byte < 0xa0)  // C1 in UTF-8
            text[i - 1] = text[i] = '?';
        last = byte;
    }
}

}  // namespace

bool begin(Probe& probe, const char* const* arguments) {
    int output = -1;
    int report = -1;
    probe.size = 0;
    probe.timed_out = false;
    if (make_pipe(probe.output, output) && make_pipe(probe.report, report)) {
        int pidfd = -1;
        const long pid = fork(&pidfd);
        if (pid == 0)
            execute_probe(output, report, arguments);
        probe.pid = static_cast<int>(pid);
        probe.pidfd = pid > 0 ? pidfd : -1;
    }
    close_fd(output);
    close_fd(report);
    if (probe.pidfd < 0) {
        close_fd(probe.output);
        close_fd(probe.report);
    }
    return probe.pidfd >= 0;
}

void take_output(Probe& probe) {
    char chunk[4096];
    const long got = call(SYS_read, probe.output, chunk, sizeof chunk);
    if (got <= 0) {
        if (got != -EAGAIN)
            close_fd(probe.output);
        return;
    }
    const auto size = static_cast<size_t>(got);
    const size_t taken = size < output_tail ? size : output_tail;
    const size_t kept = probe.size < output_tail - taken ? probe.size : output_tail - taken;
    __builtin_memmove(probe.tail, probe.tail + probe.size - kept, kept);
    __builtin_memcpy(probe.tail + kept, chunk + size - taken, taken);
    probe.size = kept + taken;
}

void kill(Probe& probe) {
    if (probe.pidfd >= 0)
        (void)call(SYS_pidfd_send_signal, probe.pidfd, SIGKILL, nullptr, 0);
}

Verdict end(Probe& probe) {
    // A pipe that somebody holds still is not waited for.
    for (int i = 0; i < 64 && probe.output >= 0; ++i)
        take_output(probe);
    close_fd(probe.output);
    clean(probe.tail, probe.size);
    char told[2] = {};
    const bool is_told = call(SYS_read, probe.report, told, sizeof told) == sizeof told;
    close_fd(probe.report);
    close_fd(probe.pidfd);
    (void)call(SYS_wait4, probe.pid, nullptr, 0, nullptr);
    if (probe.timed_out)
        return {Ended::Timeout, 0};
    if (!is_told)
        return {};
    const unsigned long status = static_cast<unsigned char>(told[1]);
    if (told[0] == 's')
        return {Ended::Signal, status};
    return {status == 0 ? Ended::Pass : Ended::Exit, status};
}

std::string_view last_line(const Probe& probe) {
    size_t stop = probe.size;
    while (stop > 0 && probe.tail[stop - 1] == '\n')
        --stop;
    size_t begin = stop;
    while (begin > 0 && probe.tail[begin - 1] != '\n')
        --begin;
    return {probe.tail + begin, stop - begin};
}

void run_detached(const char* const* arguments) {
    if (fork(nullptr) == 0)
        execute(arguments);
}

}  // namespace caisson
