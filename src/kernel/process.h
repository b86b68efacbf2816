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

// Holds the process at the end of a successful execve(2), before its first instruction, and kills
// it when the caller dies: so what must happen between "it can run" and "it runs" can. ptrace(2).
class ExecBarrier {
public:
    // Needs CAP_SYS_PTRACE. Nothing when the process is traced already: then there is no barrier.
    static Result<ExecBarrier> install(pid_t pid);

    // Returns when the process waits behind its execve(2); an Error of code ECHILD when it ended
    // instead.
    Result<void> wait();

    // The process runs on, on its own.
    Result<void> lift();

private:
    explicit ExecBarrier(pid_t pid) : pid_(pid) {}
    pid_t pid_;  // 0: no barrier
};

}  // namespace caisson
