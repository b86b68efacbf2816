// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ctl/terminal.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/unique_fd.h"

extern char** environ;

namespace caisson {
namespace {

std::string_view variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

bool locale_is_utf8() {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        if (const std::string_view value = variable(name); !value.empty())
            return value.find("UTF-8") != value.npos || value.find("utf8") != value.npos;
    }
    return false;
}

bool write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

// Under sudo the pager must not become a way to run other commands as root: systemctl(1),
// $SYSTEMD_PAGERSECURE.
bool must_be_secure() {
    if (const std::string_view wish = variable("SYSTEMD_PAGERSECURE"); !wish.empty())
        return wish != "0" && wish != "no" && wish != "false" && wish != "off";
    return std::getenv("SUDO_UID") != nullptr || std::getenv("PKEXEC_UID") != nullptr;
}

// Empty: none is wanted.
std::string pager_command() {
    const bool trusted = !must_be_secure() || std::getenv("SYSTEMD_PAGERSECURE") != nullptr;
    for (const char* name : {"SYSTEMD_PAGER", "PAGER"}) {
        if (const char* value = trusted ? std::getenv(name) : nullptr; value != nullptr)
            return value == std::string_view("cat") ? "" : value;
    }
    return "less";
}

std::vector<std::string> pager_environment() {
    std::vector<std::string> all;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        if (!text.starts_with("LESS=") && !text.starts_with("LESSCHARSET="))
            all.emplace_back(text);
    }
    const std::string_view less = variable("SYSTEMD_LESS");
    all.push_back("LESS=" + std::string(less.empty() ? "FRSXMK" : less));
    if (locale_is_utf8())
        all.emplace_back("LESSCHARSET=utf-8");
    if (must_be_secure())
        all.emplace_back("LESSSECURE=1");
    return all;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> list;
    for (std::string& string : strings)
        list.push_back(string.data());
    list.push_back(nullptr);
    return list;
}

// The pager with the read end of a pipe as its stdin; -1 when it cannot be started.
pid_t spawn_pager(const std::string& command, int input) {
    std::vector<std::string> arguments = {"sh", "-c", "exec " + command};
    std::vector<std::string> environment = pager_environment();
    posix_spawn_file_actions_t actions;
    if (::posix_spawn_file_actions_init(&actions) != 0)
        return -1;
    pid_t pid = -1;
    if (::posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) != 0 ||
        ::posix_spawn(&pid, "/bin/sh", &actions, nullptr, pointers(arguments).data(),
                      pointers(environment).data()) != 0)
        pid = -1;
    (void)::posix_spawn_file_actions_destroy(&actions);
    return pid;
}

}  // namespace

Style terminal_style() {
    const bool terminal = ::isatty(STDOUT_FILENO) == 1 && variable("TERM") != "dumb";
    return {.colour = terminal && variable("NO_COLOR").empty(), .unicode = locale_is_utf8()};
}

bool write_output(std::string_view text) {
    return write_all(STDOUT_FILENO, text);
}

bool page_output(std::string_view text) {
    const std::string command = pager_command();
    std::array<int, 2> ends{};
    if (::isatty(STDOUT_FILENO) != 1 || command.empty() || ::pipe2(ends.data(), O_CLOEXEC) < 0)
        return write_output(text);
    UniqueFd read_end(ends[0]);
    UniqueFd write_end(ends[1]);
    const pid_t pid = spawn_pager(command, read_end.get());
    read_end.reset();
    if (pid < 0)
        return write_output(text);
    // Who leaves the pager early has seen enough; ^C is the pager's.
    (void)std::signal(SIGPIPE, SIG_IGN);
    (void)std::signal(SIGINT, SIG_IGN);
    (void)write_all(write_end.get(), text);
    write_end.reset();
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)  // there is none
        return write_output(text);
    return true;
}

}  // namespace caisson
