// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ctl/walls.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/unique_fd.h"
#include "core/capability.h"

namespace caisson {
namespace {

struct Kind {
    const char* name;
    const char* link;
};

constexpr Kind kinds[] = {
    {"user", "user"}, {"mount", "mnt"}, {"pid", "pid"},       {"network", "net"},
    {"uts", "uts"},   {"ipc", "ipc"},   {"cgroup", "cgroup"}, {"time", "time"},
};

constexpr Kind sets[] = {
    {"bounding", "CapBnd:"},    {"permitted", "CapPrm:"}, {"effective", "CapEff:"},
    {"inheritable", "CapInh:"}, {"ambient", "CapAmb:"},
};

constexpr Kind limits[] = {
    {"RLIMIT_AS", "Max address space"},
    {"RLIMIT_CORE", "Max core file size"},
    {"RLIMIT_CPU", "Max cpu time"},
    {"RLIMIT_DATA", "Max data size"},
    {"RLIMIT_FSIZE", "Max file size"},
    {"RLIMIT_LOCKS", "Max file locks"},
    {"RLIMIT_MEMLOCK", "Max locked memory"},
    {"RLIMIT_MSGQUEUE", "Max msgqueue size"},
    {"RLIMIT_NICE", "Max nice priority"},
    {"RLIMIT_NOFILE", "Max open files"},
    {"RLIMIT_NPROC", "Max processes"},
    {"RLIMIT_RSS", "Max resident set"},
    {"RLIMIT_RTPRIO", "Max realtime priority"},
    {"RLIMIT_RTTIME", "Max realtime timeout"},
    {"RLIMIT_SIGPENDING", "Max pending signals"},
    {"RLIMIT_STACK", "Max stack size"},
};

// Columns of /proc/PID/limits (fs/proc/base.c).
constexpr std::size_t limit_name_width = 26;
constexpr std::size_t limit_width = 21;

Result<std::string> read_whole(const std::string& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd)
        return sys_error("open", path);
    std::array<char, 4096> buffer;
    std::string text;
    ssize_t count = 0;
    while ((count = ::read(fd.get(), buffer.data(), buffer.size())) > 0)
        text.append(buffer.data(), static_cast<std::size_t>(count));
    if (count < 0)
        return sys_error("read", path);
    return text;
}

Result<std::string> read_link(const std::string& path) {
    std::array<char, 256> target;
    const ssize_t length = ::readlink(path.c_str(), target.data(), target.size());
    if (length < 0)
        return sys_error("read", path);
    return std::string(target.data(), static_cast<std::size_t>(length));
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    for (std::string_view part : split(line, ' '))
        for (const std::string_view word : split(part, '\t'))
            if (!word.empty())
                words.push_back(word);
    return words;
}

// Field 22 of proc_pid_stat(5); the second is a name in parentheses that may hold anything.
Result<void> prove(const std::string& process, std::uint64_t start_time) {
    const std::string stat = TRY(read_whole(process + "/stat"));
    const std::size_t name_end = stat.rfind(") ");
    constexpr std::size_t after_name = 19;
    if (name_end != stat.npos) {
        const std::vector<std::string_view> fields =
            words_of(std::string_view(stat).substr(name_end + 2));
        if (fields.size() > after_name &&
            parse_integer<std::uint64_t>(fields[after_name]) == start_time)
            return {};
    }
    return plain_error("the container has ended");
}

Result<std::vector<NamespaceLink>> read_namespaces(const std::string& process,
                                                   const std::string& own) {
    std::vector<NamespaceLink> links;
    for (const Kind& kind : kinds) {
        const std::string name = std::string("/ns/") + kind.link;
        Result<std::string> theirs = read_link(process + name);
        if (!theirs && theirs.error().is(ENOENT))
            continue;  // the kernel has no such namespaces
        if (!theirs)
            return std::move(theirs.error());
        const std::string ours = TRY(read_link(own + name));
        links.push_back({kind.name, *theirs, *theirs != ours});
    }
    return links;
}

Result<std::vector<IdMap>> read_map(const std::string& path) {
    const std::string text = TRY(read_whole(path));
    std::vector<IdMap> maps;
    for (const std::string_view line : split(text, '\n')) {
        const std::vector<std::string_view> words = words_of(line);
        if (words.size() == 3)
            maps.push_back({parse_integer<std::uint32_t>(words[0]).value_or(0),
                            parse_integer<std::uint32_t>(words[1]).value_or(0),
                            parse_integer<std::uint32_t>(words[2]).value_or(0)});
    }
    return maps;
}

// One that the table does not know is shown by its number.
std::vector<std::string> capabilities_of(std::string_view mask) {
    const std::uint64_t bits = parse_integer<std::uint64_t>(mask, 16).value_or(0);
    const std::vector<std::string>& names = all_capabilities();
    std::vector<std::string> set;
    for (std::size_t bit = 0; bit < 64; ++bit)
        if ((bits >> bit & 1) != 0)
            set.push_back(bit < names.size() ? names[bit] : "CAP_" + std::to_string(bit));
    return set;
}

void read_status(std::string_view text, Walls& walls) {
    constexpr const char* modes[] = {"none", "strict", "filter"};
    for (const std::string_view line : split(text, '\n')) {
        const std::vector<std::string_view> words = words_of(line);
        if (words.size() < 2)
            continue;
        for (const Kind& set : sets)
            if (words[0] == set.link)
                walls.capabilities.push_back({set.name, capabilities_of(words[1])});
        const unsigned number = parse_integer<unsigned>(words[1]).value_or(0);
        if (words[0] == "NoNewPrivs:")
            walls.no_new_privileges = number == 1;
        else if (words[0] == "Seccomp:")
            walls.seccomp = number < std::size(modes) ? modes[number] : std::to_string(number);
        else if (words[0] == "Seccomp_filters:")
            walls.seccomp_filters = number;
    }
}

bool has_option(std::string_view options, std::string_view wanted) {
    const std::vector<std::string_view> all = split(options, ',');
    return std::find(all.begin(), all.end(), wanted) != all.end();
}

// "\040" is a space there.
std::string unescape(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::optional<unsigned> code =
            text[at] == '\\' ? parse_integer<unsigned>(text.substr(at + 1, 3), 8) : std::nullopt;
        plain += code ? static_cast<char>(*code) : text[at];
        at += code ? 3 : 0;
    }
    return plain;
}

// Below /proc and /sys what is of another file system hides, and what is of the same one and
// read-only protects.
void read_mount(const std::vector<std::string_view>& words, Walls& walls) {
    const auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 7 || words.end() - dash < 4)
        return;
    const std::string target = unescape(words[4]);
    const std::string_view type = dash[1];
    const bool is_writable = has_option(words[5], "rw") && has_option(dash[3], "rw");
    const bool is_kernels = target.starts_with("/proc/") || target.starts_with("/sys/");
    if (is_kernels && (type == "tmpfs" || type == "devtmpfs"))
        walls.masked_paths.push_back(target);
    else if (is_kernels && type != "cgroup2" && !is_writable)
        walls.read_only_paths.push_back(target);
    else if (is_writable)
        walls.writable_mounts.push_back(target);
}

void read_mounts(std::string_view text, Walls& walls) {
    for (const std::string_view line : split(text, '\n'))
        read_mount(words_of(line), walls);
    for (std::vector<std::string>* list :
         {&walls.masked_paths, &walls.read_only_paths, &walls.writable_mounts})
        std::sort(list->begin(), list->end());
}

std::uint64_t limit_of(std::string_view text) {
    return parse_integer<std::uint64_t>(trim(text)).value_or(UINT64_MAX);  // "unlimited"
}

std::vector<ResourceLimit> read_limits(std::string_view text) {
    std::vector<ResourceLimit> found;
    for (const std::string_view line : split(text, '\n')) {
        if (line.size() < limit_name_width + 2 * limit_width)
            continue;
        const std::string_view name = trim(line.substr(0, limit_name_width));
        for (const Kind& limit : limits)
            if (name == limit.link)
                found.push_back(
                    {limit.name, limit_of(line.substr(limit_name_width, limit_width)),
                     limit_of(line.substr(limit_name_width + limit_width, limit_width))});
    }
    std::sort(found.begin(), found.end(), [](const ResourceLimit& one, const ResourceLimit& other) {
        return one.name < other.name;
    });
    return found;
}

// A kernel without such a module has no such file, or says EINVAL.
std::string read_label(const std::string& process) {
    Result<std::string> label = read_whole(process + "/attr/current");
    return label ? std::string(trim(label->substr(0, label->find('\0')))) : std::string();
}

}  // namespace

Result<Walls> read_walls(pid_t pid, std::uint64_t start_time, const std::string& root) {
    const std::string process = root + "/proc/" + std::to_string(pid);
    Walls walls;
    std::vector<NamespaceLink> namespaces = TRY(read_namespaces(process, root + "/proc/self"));
    walls.namespaces = std::move(namespaces);
    std::vector<IdMap> uids = TRY(read_map(process + "/uid_map"));
    walls.uids = std::move(uids);
    std::vector<IdMap> gids = TRY(read_map(process + "/gid_map"));
    walls.gids = std::move(gids);
    const std::string status = TRY(read_whole(process + "/status"));
    read_status(status, walls);
    const std::string mounts = TRY(read_whole(process + "/mountinfo"));
    read_mounts(mounts, walls);
    const std::string limits_text = TRY(read_whole(process + "/limits"));
    walls.limits = read_limits(limits_text);
    walls.label = read_label(process);
    // Last, so that all above was of this process.
    TRY(prove(process, start_time));
    return walls;
}

}  // namespace caisson
