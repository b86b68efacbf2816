// SPDX-License-Identifier: LGPL-2.1-or-later
#include "runtime/id_range.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <memory>
#include <vector>

#include "base/scope_exit.h"
#include "base/text.h"
#include "kernel/files.h"
#include "store/id_ranges.h"

namespace caisson {
namespace {

constexpr std::size_t largest_file = 16 * 1024 * 1024;

std::string content_of(const std::string& path) {
    const Result<UniqueFd> file = open_path(path, O_RDONLY);
    if (!file)
        return {};
    Result<std::string> text = read_file((*file).get(), largest_file, path);
    return text ? std::move(*text) : std::string();
}

template <typename Function>
void for_each_entry(const char* directory, Function function) {
    const std::unique_ptr<DIR, Releases<::closedir>> stream(::opendir(directory));
    while (const dirent* entry = stream ? ::readdir(stream.get()) : nullptr)
        function(std::string(entry->d_name));
}

// The ids that somebody on this host has: what is delegated in subuid(5) and subgid(5) (Podman's
// are), users and groups, running processes with the ranges of their user namespaces, and what
// systemd-nspawn has taken for itself. Read once, when the first claim is made.
class TakenIds {
public:
    bool is_free(std::uint32_t base) {
        if (!is_read_) {
            read();
            is_read_ = true;
        }
        for (const auto& [first, size] : taken_)
            if (first < std::uint64_t{base} + id_range_size && base < first + size)
                return false;
        return true;
    }

private:
    void add(std::optional<std::uint64_t> first, std::optional<std::uint64_t> size) {
        // The map of the host itself is not somebody's.
        if (first && size && *size < UINT32_MAX)
            taken_.emplace_back(*first, *size);
    }

    // Lines of fields; without the field `size`, one id.
    void add_lines(const std::string& text, char separator, std::size_t first, std::size_t size) {
        for (const std::string_view line : split(text, '\n')) {
            std::vector<std::string_view> fields;
            for (const std::string_view field : split(line, separator))
                if (!field.empty() || separator == ':')
                    fields.push_back(field);
            if (first < fields.size())
                add(parse_integer<std::uint64_t>(fields[first]),
                    size < fields.size() ? parse_integer<std::uint64_t>(fields[size])
                                         : std::optional<std::uint64_t>(1));
        }
    }

    void add_owner(const std::string& path) {
        struct stat status {};
        if (::lstat(path.c_str(), &status) < 0)
            return;
        add(status.st_uid, 1);
        add(status.st_gid, 1);
    }

    void read() {
        constexpr std::size_t none = SIZE_MAX;
        for (const char* path : {"/etc/subuid", "/etc/subgid"})
            add_lines(content_of(path), ':', 1, 2);
        for (const char* path : {"/etc/passwd", "/etc/group"})
            add_lines(content_of(path), ':', 2, none);
        for_each_entry("/run/systemd/nspawn-uid", [&](const std::string& name) {
            add(parse_integer<std::uint64_t>(name), id_range_size);
        });
        for_each_entry("/var/lib/machines", [&](const std::string& name) {
            if (name != "." && name != "..")
                add_owner("/var/lib/machines/" + name);
        });
        for_each_entry("/proc", [&](const std::string& name) {
            if (!parse_integer<unsigned>(name))
                return;
            add_owner("/proc/" + name);
            for (const char* map : {"/uid_map", "/gid_map"})
                add_lines(content_of("/proc/" + name + map), ' ', 1, 2);
        });
    }

    bool is_read_ = false;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> taken_;
};

}  // namespace

Result<std::optional<IdRange>> id_range_for(const Plan& plan) {
    const UserNamespace& user = plan.user_namespace;
    if (user.mode == UserNamespaceMode::Host)
        return std::optional<IdRange>();
    if (user.mode == UserNamespaceMode::Range)
        return std::optional<IdRange>({user.base, user.size});
    TakenIds taken;
    const std::uint32_t base =
        TRY(id_range_of(plan.name, [&](std::uint32_t first) { return taken.is_free(first); }));
    return std::optional<IdRange>({base, id_range_size});
}

}  // namespace caisson
