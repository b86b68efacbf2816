// SPDX-License-Identifier: LGPL-2.1-or-later
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <thread>

#include "kernel/process.h"

namespace caisson {
namespace {

// Waits for one byte, so that the hold is in place, and executes the shell.
class HeldShell {
public:
    explicit HeldShell(const char* program, const char* script) {
        int ends[2];
        EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
        go_ = UniqueFd(ends[1]);
        const UniqueFd wait(ends[0]);
        Result<Child> child = spawn({}, [&]() -> Error {
            char byte;
            (void)!::read(wait.get(), &byte, 1);
            ::execl(program, program, "-c", script, nullptr);
            return sys_error("execute", program);
        });
        EXPECT_TRUE(child);
        child_.emplace(std::move(*child));
    }

    Child& child() { return *child_; }
    void go() { EXPECT_EQ(::write(go_.get(), "1", 1), 1); }

    int end() {
        int status = -1;
        EXPECT_EQ(::waitpid(child().pid(), &status, 0), child().pid());
        child().release();
        return status;
    }

    // The letter of proc_pid_stat(5).
    char state() {
        std::ifstream file("/proc/" + std::to_string(child().pid()) + "/stat");
        std::stringstream text;
        text << file.rdbuf();
        return text.str().at(text.str().rfind(')') + 2);
    }

private:
    UniqueFd go_;
    std::optional<Child> child_;
};

void settle() {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
}

ExitHold install(Child& child) {
    Result<ExitHold> hold = ExitHold::install(child.pid());
    EXPECT_TRUE(hold);
    return *hold;
}

TEST(ExitHold, KeepsAProcessFromEnding) {
    HeldShell shell("/bin/sh", "exit 42");
    ExitHold hold = install(shell.child());
    shell.go();
    ASSERT_TRUE(hold.wait_for_exec());
    settle();
    EXPECT_EQ(shell.state(), 't');
    ASSERT_TRUE(hold.lift());
    const int status = shell.end();
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 42) << status;
}

TEST(ExitHold, LetsTheProgramRunMeanwhile) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const std::string script =
        "exec /bin/sh -c 'echo ran >&" + std::to_string(ends[1]) + "; kill -TERM $$'";
    HeldShell shell("/bin/sh", script.c_str());
    ExitHold hold = install(shell.child());
    shell.go();
    ASSERT_TRUE(hold.wait_for_exec());
    char text[8] = {};
    EXPECT_EQ(::read(ends[0], text, sizeof text), 4);
    EXPECT_STREQ(text, "ran\n");
    ASSERT_TRUE(hold.lift());
    const int status = shell.end();
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM) << status;
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST(ExitHold, PassesOnASignalThatCameMeanwhile) {
    HeldShell shell("/bin/sh", "exec sleep 60");
    ExitHold hold = install(shell.child());
    shell.go();
    ASSERT_TRUE(hold.wait_for_exec());
    settle();
    ASSERT_EQ(::kill(shell.child().pid(), SIGTERM), 0);
    settle();
    ASSERT_TRUE(hold.lift());
    const int status = shell.end();
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM) << status;
}

TEST(ExitHold, CannotHoldAgainstSigkill) {
    HeldShell shell("/bin/sh", "exec sleep 60");
    ExitHold hold = install(shell.child());
    shell.go();
    ASSERT_TRUE(hold.wait_for_exec());
    ASSERT_EQ(::kill(shell.child().pid(), SIGKILL), 0);
    settle();
    EXPECT_TRUE(hold.lift());
}

TEST(ExitHold, SaysThatNothingWasExecuted) {
    HeldShell shell("/nowhere", "");
    ExitHold hold = install(shell.child());
    shell.go();
    Result<void> executed = hold.wait_for_exec();
    ASSERT_FALSE(executed);
    EXPECT_TRUE(executed.error().is(ECHILD));
    Result<void> reason = shell.child().wait_for_exec();
    ASSERT_FALSE(reason);
    EXPECT_EQ(reason.error().message, "execute /nowhere: No such file or directory");
}

}  // namespace
}  // namespace caisson
