// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernel/program.h"

#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "base/text.h"
#include "kernel/files.h"
#include "kernel/mounts.h"

namespace caisson {
namespace {

constexpr std::size_t largest_list = 8 * 1024 * 1024;  // above what execve(2) takes

// What was executed by descriptor has a number for a path (execveat(2), NOTES), and from a detached
// mount, flags that no mount(8) changes.
Result<bool> is_detached(int program) {
    const auto* path = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
    if (path == nullptr || !std::string_view(path).starts_with("/dev/fd/"))
        return false;
    struct statvfs status {};
    if (::fstatvfs(program, &status) < 0)
        return sys_error("stat", "/proc/self/exe");
    return (status.f_flag & ST_RDONLY) != 0;
}

Result<std::vector<std::string>> read_list(const char* path) {
    const UniqueFd file = TRY(open_path(path, O_RDONLY));
    const std::string text = TRY(read_file(file.get(), largest_list, path));
    std::vector<std::string> list;
    for (const std::string_view one : split(text, '\0'))
        list.emplace_back(one);
    // The last one ends in a null byte, too.
    if (!list.empty())
        list.pop_back();
    return list;
}

std::vector<std::string> own_environment() {
    std::vector<std::string> list;
    for (char** entry = environ; *entry != nullptr; ++entry)
        list.emplace_back(*entry);
    return list;
}

}  // namespace

std::vector<char*> pointers(const std::vector<std::string>& strings) {
    std::vector<char*> list;
    for (const std::string& text : strings)
        list.push_back(const_cast<char*>(text.c_str()));
    list.push_back(nullptr);
    return list;
}

Error execute_descriptor(int program, const std::vector<std::string>& arguments,
                         const std::vector<std::string>& environment) {
    ::execveat(program, "", pointers(arguments).data(), pointers(environment).data(),
               AT_EMPTY_PATH);
    return sys_error("execute");
}

Result<void> forbid_inspection() {
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return sys_error("forbid inspection");
    return {};
}

Result<void> detach_program() {
    const UniqueFd program = TRY(open_path("/proc/self/exe", O_PATH));
    const std::vector<std::string> arguments = TRY(read_list("/proc/self/cmdline"));
    const bool detached = TRY(is_detached(program.get()));
    if (detached) {
        const std::string& path = arguments.front();
        const std::string name = path.substr(path.rfind('/') + 1);
        if (::prctl(PR_SET_NAME, name.c_str(), 0, 0, 0) < 0)
            return sys_error("set the program's name");
        return {};
    }
    const UniqueFd mount = TRY(clone_mount(program.get(), Submounts::Leave, {.read_only = true}));
    return execute_descriptor(mount.get(), arguments, own_environment())
        .within("the runtime once more");
}

}  // namespace caisson
