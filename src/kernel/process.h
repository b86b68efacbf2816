// SPDX-License-Identifier: LGPL-2.1-or-later
// The one place that forks. A child runs a function that ends in exec or yields an Error, which
// comes back through a close-on-exec pipe: no frame of the parent is ever unwound in the child.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>

#include "base/result.h"
#include "base/unique_fd.h"

namespace caisson {

struct SpawnOptions {
    std::uint64_t namespaces = 0;  // CLONE_NEW* of clone(2)
    bool as_sibling = false;  // a child of our parent (CLONE_PARENT): systemd's own, if it is ours
    int cgroup = -1;          // born in that cgroup (CLONE_INTO_CGROUP, Linux 5.7)
};

// Kills the process when destroyed, unless it was released.
class Child {
public:
    Child(pid_t pid, UniqueFd pidfd, UniqueFd status)
        : pid_(pid), pidfd_(std::move(pidfd)), status_(std::move(status)) {}
    Child(Child&&) = default;
    Child& operator=(Child&&) = default;
    ~Child();

    pid_t pid() const { return pid_; }
    int pidfd() const { return pidfd_.get(); }
    void release() { pidfd_.reset(); }

    bool has_ended() const;

    // Blocks until the child has executed its program or failed: then with its error.
    Result<void> wait_for_exec();

private:
    pid_t pid_;
    UniqueFd pidfd_;
    UniqueFd status_;
};

// `body` returns only to report a failure.
Result<Child> spawn(const SpawnOptions& options, const std::function<Error()>& body);

// The same, with the write end of the status pipe, for a body whose program is not the last one to
// be waited for: whoever inherits it reports as `body` would, an errno and a message in one write.
Result<Child> spawn(const SpawnOptions& options, const std::function<Error(int status)>& body);

// Keeps a process from ending, and kills it when the caller dies: so what has to be done about a
// process that runs, however soon it is through, can be done. ptrace(2), PTRACE_EVENT_EXIT.
//
// Until lift() the process has a tracer, and a signal to it waits. Only its first thread is held:
// a death by SIGKILL, or by another thread's exit_group(2), is not.
class ExitHold {
public:
    // Needs CAP_SYS_PTRACE. Nothing when the process is traced already: then it is not held.
    static Result<ExitHold> install(pid_t pid);

    // Returns when the process has executed its program, which runs from then on; an Error of code
    // ECHILD when it ended instead.
    Result<void> wait_for_exec();

    // The process goes its own way.
    Result<void> lift();

private:
    explicit ExitHold(pid_t pid) : pid_(pid) {}
    pid_t pid_;  // 0: not held
};

}  // namespace caisson
