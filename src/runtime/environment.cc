// SPDX-License-Identifier: LGPL-2.1-or-later
#include "runtime/environment.h"

#include <fcntl.h>

#include <map>

#include "base/log.h"
#include "base/text.h"
#include "core/env_file.h"
#include "kernel/files.h"

namespace caisson {
namespace {

constexpr std::size_t largest_file = 1024 * 1024;

}  // namespace

Result<Variables> load_variables(const Plan& plan) {
    Variables variables = plan.environment;
    for (std::string_view path : plan.environment_files) {
        const bool optional = consume_prefix(path, "-");
        const std::string name(path);
        Result<UniqueFd> file = open_path(name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
        if (!file && optional && file.error().is(ENOENT))
            continue;
        if (!file)
            return std::move(file.error()).within("environment_file");
        const std::string text = TRY(read_file(file->get(), largest_file, name));
        EnvironmentFile parsed = parse_environment_file(text);
        for (const unsigned line : parsed.bad_lines)
            log_warning(name + ":" + std::to_string(line) + ": not an assignment, ignored");
        for (auto& variable : parsed.variables)
            variables.push_back(std::move(variable));
    }
    return variables;
}

std::vector<std::string> environment_for(const Identity& identity, const Variables& variables,
                                         const Variables& extra) {
    std::map<std::string, std::string> merged = {
        {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
        {"HOME", identity.home},
        {"container", "caisson"},
    };
    for (const Variables* list : {&variables, &extra}) {
        for (const auto& [name, value] : *list)
            merged[name] = value;
    }
    std::vector<std::string> environment;
    for (const auto& [name, value] : merged)
        environment.push_back(name + "=" + value);
    return environment;
}

}  // namespace caisson
