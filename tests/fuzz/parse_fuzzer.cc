// SPDX-License-Identifier: LGPL-2.1-or-later
// Definitions come from packages and configuration management; the compiler must survive all of
// them. The input is a file, then optionally a drop-in and the host's defaults, each after a line
// with "%%" alone.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/compile.h"

namespace caisson {
namespace {

void require(bool holds) {
    if (!holds)
        std::abort();
}

// What holds for every input, however broken.
void check(const CompileOutput& output) {
    for (const OutputFile& file : output.files) {
        require(file.path.find("..") == std::string::npos && file.path.front() != '/');
        if (file.kind != OutputFile::Kind::Unit)
            continue;
        // No value begins a second program.
        std::size_t starts = 0;
        std::string_view text = file.content;
        for (std::size_t at = text.find("\nExecStart="); at != text.npos;
             at = text.find("\nExecStart=", at + 1))
            ++starts;
        require(starts == (file.path.ends_with(".service") ? 1u : 0u));
    }
    for (const CompiledContainer& container : output.containers) {
        require(container.plan.has_value() == container.diagnostics.empty());
        if (container.plan)
            require(encode(*container.plan) == encode(*decode(encode(*container.plan))));
    }
}

}  // namespace
}  // namespace caisson

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace caisson;
    std::string_view parts[3];
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    for (std::string_view& part : parts) {
        constexpr std::string_view divider = "\n%%\n";
        const std::size_t end = std::min(rest.find(divider), rest.size());
        part = rest.substr(0, end);
        rest.remove_prefix(std::min(end + divider.size(), rest.size()));
    }
    CompileInput input;
    input.runtime = "/usr/libexec/caisson/caisson-runtime";
    input.plan_directory = "/run/systemd/generator/caisson";
    for (const char* name : {"web", "web@"}) {
        SourceFile source{std::string("/etc/caisson/") + name + ".toml",
                          name,
                          std::string(parts[0]),
                          std::nullopt,
                          {}};
        if (!parts[1].empty())
            source.drop_ins.push_back(
                {source.path + ".d/10.toml", "10.toml", std::string(parts[1]), std::nullopt, {}});
        input.definitions.push_back(std::move(source));
    }
    if (!parts[2].empty())
        input.host_defaults =
            SourceFile{"/etc/caisson.toml", "caisson", std::string(parts[2]), std::nullopt, {}};
    check(compile(input));
    return 0;
}
