// SPDX-License-Identifier: LGPL-2.1-or-later
#include "store/pods.h"

#include "base/text.h"
#include "store/whole_file.h"

namespace caisson {
namespace {

// "net 4026532281", a line each.
std::optional<PodNamespaces> decode_pod(std::string_view text) {
    PodNamespaces namespaces;
    for (const std::string_view line : split(text, '\n')) {
        if (line.empty())
            continue;
        const std::size_t space = line.find(' ');
        if (space == line.npos)
            return std::nullopt;
        const std::optional<ino_t> inode = parse_integer<ino_t>(line.substr(space + 1));
        if (!inode)
            return std::nullopt;
        namespaces.emplace(line.substr(0, space), *inode);
    }
    return namespaces;
}

}  // namespace

Result<void> save_pod(std::string_view name, const PodNamespaces& namespaces,
                      const std::string& directory) {
    std::string text;
    for (const auto& [kind, inode] : namespaces)
        text += kind + " " + std::to_string(inode) + "\n";
    return save_file(name, {}, text, directory);
}

Result<std::optional<PodNamespaces>> load_pod(std::string_view name, const std::string& directory) {
    const std::string path = TRY(file_of(name, {}, directory));
    const std::optional<std::string> text = TRY(load_file(path));
    if (!text)
        return std::optional<PodNamespaces>();
    std::optional<PodNamespaces> namespaces = decode_pod(*text);
    if (!namespaces)
        return plain_error("read " + path + ": not the namespaces of a pod");
    return namespaces;
}

Result<void> remove_pod(std::string_view name, const std::string& directory) {
    return remove_file(name, {}, directory);
}

}  // namespace caisson
