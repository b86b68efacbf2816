// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ctl/change.h"

#include <fcntl.h>

#include <array>

#include "base/text.h"
#include "base/unique_fd.h"
#include "core/keys.h"

namespace caisson {
namespace {

std::optional<std::string> text_of(const std::string& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string text;
    std::array<char, 4096> buffer;
    for (ssize_t count = 0; fd && (count = ::read(fd.get(), buffer.data(), buffer.size())) >= 0;) {
        if (count == 0)
            return text;
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return std::nullopt;
}

bool file_is(const std::string& path, std::string_view text) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 4096> buffer;
    for (ssize_t count = 0; fd && (count = ::read(fd.get(), buffer.data(), buffer.size())) >= 0;) {
        if (count == 0)
            return text.empty();
        if (!consume_prefix(text, {buffer.data(), static_cast<std::size_t>(count)}))
            return false;
    }
    return false;
}

std::string_view file_name(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

bool is_limit(const Directive& directive) {
    for (const Key& key : keys_of("container.resources"))
        if (key.directive.substr(0, key.directive.find('=')) == directive.key)
            return true;
    return false;
}

// The generator's own copy of an older plan is gone after a reload; the runtime keeps one.
bool runs_otherwise(const Observation& seen, const Places& places) {
    // The scope of an instance has no drop-in that a reload could apply.
    if (is_template(*seen.target.compiled) || seen.plan() == nullptr)
        return true;
    const std::optional<std::string> text =
        text_of(places.plans + "/" + seen.target.name + ".json");
    Result<Plan> running = text ? decode(*text) : Result<Plan>(plain_error("no plan"));
    return !running || needs_restart(std::move(*running), *seen.plan());
}

}  // namespace

bool needs_restart(Plan running, Plan defined) {
    for (Plan* plan : {&running, &defined}) {
        std::erase_if(plan->scope_directives, is_limit);
        // Of the text of a plan, this alone tells how it was written, not what it does.
        plan->has_specifiers = false;
    }
    return encode(running) != encode(defined);
}

// The unit names its plan by the plan's hash: where the units are the same, so is everything else.
Change change_of(const Observation& seen, const FilesByPath& files, const Places& places) {
    const CompiledContainer* compiled = seen.target.compiled;
    if (compiled == nullptr)
        return Change::Removed;
    const auto file = files.find(compiled->service);
    if (file != files.end() &&
        !file_is(places.units + "/" + compiled->service, file->second->content))
        return Change::Reload;
    // Without the right to read the state there is nothing to compare.
    if (seen.is_running() && seen.state &&
        file_name(seen.state->plan) != file_name(compiled->plan_path) &&
        runs_otherwise(seen, places))
        return Change::Restart;
    return Change::None;
}

}  // namespace caisson
