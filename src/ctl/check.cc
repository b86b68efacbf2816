// SPDX-License-Identifier: LGPL-2.1-or-later
// Compiles definitions as the generator would and prints what is wrong with them. Needs neither
// systemd nor root. Files that are named take the places of those installed under the same names,
// so that a file is judged in the company that it will have.
#include <dirent.h>
#include <sys/stat.h>

#include <memory>
#include <set>

#include "base/scope_exit.h"
#include "ctl/observation_json.h"
#include "ctl/verbs.h"
#include "systemd/definition_dir.h"

namespace caisson {
namespace {

constexpr std::string_view suffix = ".toml";
constexpr std::string_view drop_in_suffix = ".toml.d";

using Paths = std::set<std::string, std::less<>>;

std::string_view parent_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == path.npos ? std::string_view(".") : path.substr(0, slash);
}

std::string_view name_of(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

Result<std::vector<std::string>> files_in(const std::string& directory) {
    const std::unique_ptr<DIR, Releases<::closedir>> stream(::opendir(directory.c_str()));
    if (!stream)
        return sys_error("read", directory);
    std::vector<std::string> files;
    while (const dirent* entry = ::readdir(stream.get())) {
        const std::string_view name = entry->d_name;
        const bool slash = directory.ends_with('/');
        if (!name.starts_with('.') && name.ends_with(suffix))
            files.push_back(directory + (slash ? "" : "/") + std::string(name));
    }
    std::sort(files.begin(), files.end());
    return files;
}

// Directories become the definitions in them.
Result<std::vector<std::string>> expand(const std::vector<std::string>& paths) {
    std::vector<std::string> files;
    for (const std::string& path : paths) {
        struct stat status {};
        if (::stat(path.c_str(), &status) < 0)
            return sys_error("read", path);
        if (!S_ISDIR(status.st_mode)) {
            files.push_back(path);
            continue;
        }
        const std::vector<std::string> inside = TRY(files_in(path));
        files.insert(files.end(), inside.begin(), inside.end());
    }
    return files;
}

SourceFile* find_definition(CompileInput& input, std::string_view name) {
    for (SourceFile& file : input.definitions) {
        if (file.name == name)
            return &file;
    }
    return nullptr;
}

void replace_drop_in(SourceFile& definition, SourceFile drop_in) {
    std::vector<SourceFile>& all = definition.drop_ins;
    const std::string_view name = name_of(drop_in.path);
    std::erase_if(all, [&](const SourceFile& other) { return name_of(other.path) == name; });
    const auto place = std::find_if(all.begin(), all.end(), [&](const SourceFile& other) {
        return name_of(other.path) > name;
    });
    all.insert(place, std::move(drop_in));
}

// /etc/caisson.toml, or the same in a tree that will be copied to a host.
bool is_host_defaults(std::string_view path) {
    return name_of(path) == "caisson.toml" && name_of(parent_of(path)) == "etc";
}

void replace_definition(CompileInput& input, SourceFile file) {
    SourceFile* installed = find_definition(input, file.name);
    if (installed == nullptr) {
        input.definitions.push_back(std::move(file));
        return;
    }
    if (file.drop_ins.empty())
        file.drop_ins = std::move(installed->drop_ins);
    *installed = std::move(file);
}

Result<void> place(const std::string& path, const CheckOptions& options, CompileInput& input,
                   Paths& judged) {
    SourceFile file = load_definition(path, options.name);
    judged.insert(file.path);
    const std::string_view parent = name_of(parent_of(path));
    if (is_host_defaults(path)) {
        input.host_defaults = std::move(file);
        return {};
    }
    if (parent.ends_with(drop_in_suffix)) {
        const std::string_view name = parent.substr(0, parent.size() - drop_in_suffix.size());
        SourceFile* definition = find_definition(input, name);
        if (definition == nullptr)
            return plain_error(path + " is a drop-in, but no definition " + std::string(name) +
                               ".toml is installed; check that one instead");
        replace_drop_in(*definition, std::move(file));
        return {};
    }
    for (const SourceFile& drop_in : file.drop_ins)
        judged.insert(drop_in.path);
    replace_definition(input, std::move(file));
    return {};
}

// Below another root, where the file is rather than where it will be: so that editors can jump to
// it. `paths` keeps the texts that the diagnostics view.
void prefix_paths(Diagnostics& diagnostics, const CheckOptions& options, const Paths& judged,
                  Paths& paths) {
    for (Diagnostic& diagnostic : diagnostics) {
        if (!judged.contains(diagnostic.at.file))
            diagnostic.at.file =
                *paths.insert(options.root + std::string(diagnostic.at.file)).first;
    }
}

std::string render_text(const Diagnostics& diagnostics) {
    std::string text;
    for (const Diagnostic& diagnostic : diagnostics)
        text += format(diagnostic) + "\n";
    return text;
}

}  // namespace

Result<Outcome> check(const CheckOptions& options, const Output& output) {
    const std::vector<std::string> files = TRY(expand(options.paths));
    CompileInput input = load_definitions(options.root);
    Paths judged;
    for (const std::string& file : files)
        TRY(place(file, options, input, judged));

    const Inventory inventory = take_inventory(std::move(input));
    Diagnostics diagnostics = inventory.output.diagnostics;
    if (!options.paths.empty())
        std::erase_if(diagnostics,
                      [&](const Diagnostic& one) { return !judged.contains(one.at.file); });
    Paths paths;
    prefix_paths(diagnostics, options, judged, paths);
    const bool json = output.format == Format::Machine;
    return Outcome{.output = json ? dump(to_json(diagnostics)) : render_text(diagnostics),
                   .status = diagnostics.empty() ? Success : Failure};
}

}  // namespace caisson
