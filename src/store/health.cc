// SPDX-License-Identifier: LGPL-2.1-or-later
#include "store/health.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "base/unique_fd.h"

namespace caisson {
namespace {

constexpr std::size_t longest_record = 4096;

Result<void> check_name(std::string_view name) {
    if (name.empty() || name.front() == '.' || name.find('/') != std::string_view::npos)
        return plain_error("no name of a container: \"" + std::string(name) + "\"");
    return {};
}

std::string unescape(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) {
            ++i;
            plain += text[i] == 'n' ? '\n' : text[i];
        } else {
            plain += text[i];
        }
    }
    return plain;
}

void read_line(HealthRecord& record, std::string_view line) {
    constexpr std::pair<std::string_view, std::uint64_t HealthRecord::*> numbers[] = {
        {"failures=", &HealthRecord::failures},
        {"probes=", &HealthRecord::probes},
        {"exit_status=", &HealthRecord::exit_status},
        {"time=", &HealthRecord::time},
        {"next=", &HealthRecord::next}};
    for (const auto& [key, field] : numbers) {
        if (consume_prefix(line, key)) {
            record.*field = parse_integer<std::uint64_t>(line).value_or(0);
            return;
        }
    }
    if (consume_prefix(line, "state="))
        record.state = line;
    else if (consume_prefix(line, "last="))
        record.last = line;
    else if (consume_prefix(line, "output="))
        record.output = unescape(line);
    else if (line == "ready=no")
        record.holds_start = true;
    else if (line == "stopped=yes")
        record.was_stopped = true;
}

std::string_view last_line(std::string_view text) {
    while (text.ends_with('\n'))
        text.remove_suffix(1);
    return text.substr(text.rfind('\n') + 1);
}

}  // namespace

Result<std::optional<HealthRecord>> load_health(std::string_view name,
                                                const std::string& directory) {
    TRY(check_name(name));
    const std::string path = directory + "/" + std::string(name);
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd && errno == ENOENT)
        return std::optional<HealthRecord>();
    if (!fd)
        return sys_error("open", path);
    char text[longest_record];
    const ssize_t size = ::read(fd.get(), text, sizeof text);
    if (size < 0)
        return sys_error("read", path);
    HealthRecord record;
    for (const std::string_view line : split({text, static_cast<std::size_t>(size)}, '\n'))
        read_line(record, line);
    if (record.state.empty())
        return plain_error("read " + path + ": not a record of health");
    return std::optional<HealthRecord>(std::move(record));
}

Result<void> remove_health(std::string_view name, const std::string& directory) {
    TRY(check_name(name));
    for (const std::string& path :
         {directory + "/" + std::string(name), directory + "/." + std::string(name) + ".new"}) {
        if (::unlink(path.c_str()) < 0 && errno != ENOENT)
            return sys_error("remove", path);
    }
    return {};
}

std::string result_of(const HealthRecord& record) {
    if (record.last == "pass" || record.last == "none")
        return record.last == "pass" ? "passed" : "none yet";
    std::string text = "it could not be run";
    if (record.last == "exit")
        text = "exit status " + std::to_string(record.exit_status);
    else if (record.last == "signal")
        text = "signal " + std::to_string(record.exit_status);
    else if (record.last == "timeout")
        text = "time-out";
    if (const std::string_view line = last_line(record.output); !line.empty())
        text.append(": ").append(line);
    return text;
}

Result<void> make_health_directory() {
    for (const char* path : {"/run/caisson", health_directory}) {
        if (::mkdir(path, 0700) < 0 && errno != EEXIST)
            return sys_error("create directory", path);
    }
    return {};
}

}  // namespace caisson
