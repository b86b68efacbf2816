// SPDX-License-Identifier: LGPL-2.1-or-later
#include "systemd/definition_dir.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include "base/parallel.h"
#include "base/scope_exit.h"
#include "base/unique_fd.h"

namespace caisson {
namespace {

constexpr std::array<const char*, 3> definition_directories{"/etc/caisson", "/run/caisson",
                                                            "/usr/lib/caisson"};
constexpr const char* host_defaults_path = "/etc/caisson.toml";
constexpr std::array<const char*, 5> unit_directories{
    "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system", "/lib/systemd/system"};
constexpr std::string_view ending = ".toml";
constexpr std::string_view drop_in_ending = ".toml.d";

// Every path is resolved below one root, links included: a tree that is examined from outside must
// not lead into the one that examines it.
class Tree {
public:
    explicit Tree(const std::string& root) : is_running_system_(root.empty() || root == "/") {
        if (!is_running_system_)
            root_.reset(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    }

    UniqueFd open(const std::string& path, int flags) const {
        if (is_running_system_)
            return UniqueFd(::open(path.c_str(), flags | O_CLOEXEC));
        open_how how{};
        how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
        how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
        // Drop the wrapper when glibc 2.43 is the floor.
        return UniqueFd(
            static_cast<int>(::syscall(SYS_openat2, root_.get(), path.c_str(), &how, sizeof how)));
    }

private:
    UniqueFd root_;
    bool is_running_system_;
};

struct Entry {
    std::string name;
    unsigned char type;  // DT_REG, DT_LNK, ...; never DT_UNKNOWN
};

struct Listing {
    std::string path;
    std::shared_ptr<DIR> directory;
    std::vector<Entry> entries;
    std::optional<std::string> unreadable;
};

unsigned char type_of(int directory, const char* name) {
    struct stat status {};
    if (::fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
        return DT_REG;  // to be found out when it is opened
    return static_cast<unsigned char>(IFTODT(status.st_mode));
}

// A directory that is not there is an empty one.
Listing list(const Tree& tree, const std::string& path) {
    Listing listing{path, nullptr, {}, std::nullopt};
    UniqueFd fd = tree.open(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
    if (!fd) {
        if (errno != ENOENT)
            listing.unreadable = std::strerror(errno);
        return listing;
    }
    listing.directory.reset(::fdopendir(fd.get()), Releases<::closedir>());
    if (!listing.directory) {
        listing.unreadable = std::strerror(errno);
        return listing;
    }
    const int directory = fd.release();
    while (const dirent* entry = ::readdir(listing.directory.get())) {
        if (entry->d_name[0] == '.')
            continue;
        const unsigned char type =
            entry->d_type != DT_UNKNOWN ? entry->d_type : type_of(directory, entry->d_name);
        listing.entries.push_back({entry->d_name, type});
    }
    return listing;
}

bool is_mask(const Listing& listing, const Entry& entry) {
    constexpr std::string_view null_device = "/dev/null";
    std::array<char, null_device.size() + 1> target{};
    return entry.type == DT_LNK &&
           ::readlinkat(::dirfd(listing.directory.get()), entry.name.c_str(), target.data(),
                        target.size()) == static_cast<ssize_t>(null_device.size()) &&
           std::string_view(target.data(), null_device.size()) == null_device;
}

// What a file that is none is called, by st_mode.
const char* explain_type(mode_t mode) {
    switch (mode & S_IFMT) {
    case S_IFDIR:
        return "is a directory";
    case S_IFIFO:
        return "is a FIFO";
    case S_IFSOCK:
        return "is a socket";
    case S_IFCHR:
    case S_IFBLK:
        return "is a device";
    default:
        return "is no regular file";
    }
}

void read_text(SourceFile& file, int fd) {
    struct stat status {};
    if (::fstat(fd, &status) < 0) {
        file.unreadable = std::strerror(errno);
        return;
    }
    if (!S_ISREG(status.st_mode)) {
        file.unreadable = explain_type(status.st_mode);
        return;
    }
    // One byte more than there is shows the end, or that the file grows while it is read.
    std::string text(
        std::min<std::size_t>(static_cast<std::size_t>(status.st_size), max_definition_size) + 1,
        '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const ssize_t got = ::read(fd, text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            file.unreadable = std::strerror(errno);
            return;
        }
        size += static_cast<std::size_t>(got);
        if (got == 0 || size < text.size())
            break;
        if (size > max_definition_size) {
            file.unreadable = "is larger than 1 MiB";
            return;
        }
        text.resize(std::min(text.size() * 2, max_definition_size + 1));
    }
    text.resize(size);
    file.text = std::move(text);
}

// Never blocks: a FIFO is opened without waiting for its other end, and then refused.
SourceFile read_source(const Tree& tree, const std::string& path, std::string name,
                       unsigned char type) {
    SourceFile file{path, std::move(name), {}, std::nullopt, {}};
    if (type != DT_REG && type != DT_LNK) {
        file.unreadable = explain_type(DTTOIF(type));
        return file;
    }
    const UniqueFd fd = tree.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (fd)
        read_text(file, fd.get());
    else if (errno == ENOENT && type == DT_LNK)
        file.unreadable = "is a link to nothing";
    else
        file.unreadable = errno == ENXIO ? "is a socket" : std::strerror(errno);
    return file;
}

std::vector<SourceFile> load_drop_ins(const Tree& tree, const std::vector<std::string>& paths) {
    std::map<std::string, std::optional<SourceFile>> by_name;  // nothing where it is masked
    for (const std::string& path : paths) {
        const Listing listing = list(tree, path);
        if (listing.unreadable)
            by_name.emplace(path, SourceFile{path, {}, {}, listing.unreadable, {}});
        for (const Entry& entry : listing.entries) {
            if (!entry.name.ends_with(ending) || by_name.contains(entry.name))
                continue;
            std::optional<SourceFile> file;
            if (!is_mask(listing, entry))
                file = read_source(tree, path + "/" + entry.name, entry.name, entry.type);
            by_name.emplace(entry.name, std::move(file));
        }
    }
    std::vector<SourceFile> drop_ins;
    for (auto& [name, file] : by_name)
        if (file)
            drop_ins.push_back(std::move(*file));
    return drop_ins;
}

std::string without_ending(const std::string& name) {
    return name.substr(0, name.size() - ending.size());
}

struct Found {
    std::string path;
    std::string name;
    unsigned char type;
};

std::vector<SourceFile> load_all(const Tree& tree) {
    std::vector<Found> files;
    std::vector<SourceFile> unreadable;
    std::set<std::string> decided;  // by the first directory that has the name
    std::map<std::string, std::vector<std::string>> drop_ins;
    for (const char* path : definition_directories) {
        const Listing listing = list(tree, path);
        if (listing.unreadable)
            unreadable.push_back({path, {}, {}, listing.unreadable, {}});
        for (const Entry& entry : listing.entries) {
            const std::string file = std::string(path) + "/" + entry.name;
            if (entry.name.ends_with(drop_in_ending) &&
                (entry.type == DT_DIR || entry.type == DT_LNK))
                drop_ins[entry.name].push_back(file);
            if (!entry.name.ends_with(ending) || !decided.insert(entry.name).second)
                continue;
            if (!is_mask(listing, entry))
                files.push_back({file, without_ending(entry.name), entry.type});
        }
    }
    std::vector<SourceFile> definitions(files.size());
    parallel_for(files.size(), [&](std::size_t i) {
        definitions[i] = read_source(tree, files[i].path, files[i].name, files[i].type);
        const auto found = drop_ins.find(files[i].name + std::string(drop_in_ending));
        if (found != drop_ins.end())
            definitions[i].drop_ins = load_drop_ins(tree, found->second);
    });
    std::move(unreadable.begin(), unreadable.end(), std::back_inserter(definitions));
    return definitions;
}

std::optional<SourceFile> load_host_defaults(const Tree& tree) {
    const UniqueFd fd = tree.open(host_defaults_path, O_PATH | O_NOFOLLOW);
    if (!fd && errno == ENOENT)
        return std::nullopt;
    return read_source(tree, host_defaults_path, "caisson", DT_LNK);
}

// Of the kinds of unit that definitions become.
bool may_be_ours(std::string_view name) {
    return name.ends_with(".service") || name.ends_with(".socket") || name.ends_with(".slice");
}

std::map<std::string, std::string> find_foreign_units(const Tree& tree) {
    std::map<std::string, std::string> units;
    for (const char* path : unit_directories) {
        const Listing listing = list(tree, path);
        for (const Entry& entry : listing.entries) {
            const bool is_file = entry.type == DT_REG || entry.type == DT_LNK;
            // A mask is the administrator's word about our unit, not a unit of others.
            if (is_file && may_be_ours(entry.name) && !is_mask(listing, entry))
                units.emplace(entry.name, std::string(path) + "/" + entry.name);
        }
    }
    return units;
}

}  // namespace

CompileInput load_definitions(const std::string& root) {
    const Tree tree(root);
    CompileInput input;
    input.definitions = load_all(tree);
    input.host_defaults = load_host_defaults(tree);
    input.foreign_units = find_foreign_units(tree);
    return input;
}

SourceFile load_definition(const std::string& path, const std::string& name) {
    const Tree tree("");
    std::string own_name = path.substr(path.rfind('/') + 1);
    if (name.empty() && !own_name.ends_with(ending))
        return {path, std::move(own_name), {}, "its name does not end in .toml", {}};
    SourceFile file =
        read_source(tree, path, name.empty() ? without_ending(own_name) : name, DT_LNK);
    file.drop_ins = load_drop_ins(tree, {path + ".d"});
    return file;
}

}  // namespace caisson
