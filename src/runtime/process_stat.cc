// SPDX-License-Identifier: LGPL-2.1-or-later
#include "runtime/process_stat.h"

#include <fcntl.h>
#include <sys/syscall.h>

#include "base/text.h"
#include "kernel/files.h"

namespace caisson {

Result<std::uint64_t> process_start_time(pid_t pid) {
    const std::string file = "/proc/" + std::to_string(pid) + "/stat";
    const UniqueFd fd = TRY(open_path(file, O_RDONLY));
    const std::string text = TRY(read_file(fd.get(), 8192, file));
    // The second field is the program's name in parentheses, and may hold anything.
    const std::size_t name_end = text.rfind(") ");
    if (name_end == text.npos)
        return plain_error(file + ": not as proc_pid_stat(5) says");
    const std::vector<std::string_view> fields =
        split(std::string_view(text).substr(name_end + 2), ' ');
    constexpr std::size_t start_time = 22 - 3;
    const std::optional<std::uint64_t> ticks =
        fields.size() > start_time ? parse_integer<std::uint64_t>(fields[start_time])
                                   : std::nullopt;
    if (!ticks)
        return plain_error(file + ": not as proc_pid_stat(5) says");
    return *ticks;
}

namespace {

// While it is in sigwait(3), what it waits for does not count as blocked.
Result<bool> waits_for_signals(pid_t pid) {
    const std::string file = "/proc/" + std::to_string(pid) + "/syscall";
    const UniqueFd fd = TRY(open_path(file, O_RDONLY));
    const std::string text = TRY(read_file(fd.get(), 4096, file));
    return parse_integer<long>(text.substr(0, text.find(' '))) == SYS_rt_sigtimedwait;
}

}  // namespace

Result<bool> awaits_signal(pid_t pid, int signal) {
    const std::string file = "/proc/" + std::to_string(pid) + "/status";
    const UniqueFd fd = TRY(open_path(file, O_RDONLY));
    const std::string text = TRY(read_file(fd.get(), 65536, file));
    std::uint64_t awaited = 0;
    for (std::string_view line : split(text, '\n'))
        if (consume_prefix(line, "SigBlk:\t") || consume_prefix(line, "SigCgt:\t"))
            awaited |= parse_integer<std::uint64_t>(line, 16).value_or(0);
    if ((awaited >> (signal - 1) & 1) != 0)
        return true;
    return waits_for_signals(pid);
}

}  // namespace caisson
