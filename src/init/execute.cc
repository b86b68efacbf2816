// SPDX-License-Identifier: LGPL-2.1-or-later
#include "init/execute.h"

#include <errno.h>

#include <string_view>

#include "freestanding/syscalls.h"
#include "freestanding/text.h"

namespace caisson {
namespace {

// As shells exit.
constexpr int exit_cannot_execute = 126;
constexpr int exit_not_found = 127;
constexpr size_t longest_path = 4096;     // PATH_MAX: the kernel takes no longer one
constexpr size_t longest_message = 4000;  // kernel/process.cc reads no more

struct ErrorText {
    int errnum;
    std::string_view text;
};

// What strerror(3) says of the errors that execve(2) and clone(2) have.
constexpr ErrorText texts[] = {
    {EPERM, "Operation not permitted"},
    {ENOENT, "No such file or directory"},
    {EIO, "Input/output error"},
    {E2BIG, "Argument list too long"},
    {ENOEXEC, "Exec format error"},
    {EAGAIN, "Resource temporarily unavailable"},
    {ENOMEM, "Cannot allocate memory"},
    {EACCES, "Permission denied"},
    {ENOTDIR, "Not a directory"},
    {EISDIR, "Is a directory"},
    {EINVAL, "Invalid argument"},
    {ENFILE, "Too many open files in system"},
    {EMFILE, "Too many open files"},
    {ETXTBSY, "Text file busy"},
    {ENAMETOOLONG, "File name too long"},
    {ENOSYS, "Function not implemented"},
    {ELOOP, "Too many levels of symbolic links"},
    {ELIBBAD, "Accessing a corrupted shared library"},
};

using Message = Text<longest_message>;

void add_error(Message& message, int errnum) {
    message << ": ";
    for (const ErrorText& one : texts) {
        if (one.errnum == errnum) {
            message << one.text;
            return;
        }
    }
    message << "error " << static_cast<unsigned long>(errnum);
}

void send(int report, int errnum, const Message& message) {
    if (report < 0)
        return;
    // One write: the reader takes what is there for the whole.
    Text<sizeof errnum + longest_message> bytes;
    bytes << std::string_view(reinterpret_cast<const char*>(&errnum), sizeof errnum) << message;
    (void)call(SYS_write, report, bytes.data, bytes.size);
}

int fail(int report, std::string_view program, int errnum, std::string_view hint) {
    Message message;
    message << "execute " << program;
    add_error(message, errnum);
    message << hint;
    send(report, errnum, message);
    return errnum == ENOENT ? exit_not_found : exit_cannot_execute;
}

std::string_view search_path(char** environment) {
    for (; *environment != nullptr; ++environment)
        if (std::string_view entry = *environment; take(entry, "PATH="))
            return entry;
    return {};
}

bool has_slash(std::string_view text) {
    for (const char character : text)
        if (character == '/')
            return true;
    return false;
}

// Takes the first directory off `path`; an empty one is the working directory.
std::string_view next_directory(std::string_view& path, bool& more) {
    size_t size = 0;
    while (size < path.size() && path[size] != ':')
        ++size;
    const std::string_view directory(path.data(), size);
    more = size < path.size();
    path.remove_prefix(more ? size + 1 : size);
    return size == 0 ? std::string_view(".") : directory;
}

}  // namespace

void report_failure(int report, const char* what, int errnum) {
    Message message;
    message << what;
    add_error(message, errnum);
    send(report, errnum, message);
}

int execute(char** command, char** environment, int report) {
    const std::string_view program = command[0];
    if (has_slash(program)) {
        const long r = call(SYS_execve, command[0], command, environment);
        return fail(report, program, static_cast<int>(-r), {});
    }
    int errnum = ENOENT;
    std::string_view path = search_path(environment);
    for (bool more = true; more;) {
        const std::string_view directory = next_directory(path, more);
        // A candidate that was cut would be another program.
        if (directory.size() + 1 + program.size() >= longest_path)
            return fail(report, program, ENAMETOOLONG, {});
        Text<longest_path> candidate;
        candidate << directory << "/" << program << std::string_view("", 1);
        const long r = call(SYS_execve, candidate.data, command, environment);
        if (r == -EACCES)
            errnum = EACCES;
        else if (r != -ENOENT && r != -ENOTDIR)
            return fail(report, {candidate.data, candidate.size - 1}, static_cast<int>(-r), {});
    }
    return fail(report, program, errnum, " (searched in PATH of the container)");
}

}  // namespace caisson
