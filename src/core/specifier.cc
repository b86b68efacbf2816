// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/specifier.h"

namespace caisson {

std::optional<std::string> check_specifiers(std::string_view text, std::set<char>& used) {
    for (std::size_t at = text.find('%'); at != text.npos; at = text.find('%', at + 2)) {
        if (at + 1 == text.size())
            return "a lone % at the end; write %% for a percent sign";
        const char specifier = text[at + 1];
        if (specifier == '%')
            continue;
        if (known_specifiers.find(specifier) == known_specifiers.npos)
            return std::string("unknown specifier %") + specifier + "; write %% for a percent sign";
        used.insert(specifier);
    }
    return std::nullopt;
}

Result<std::string> expand_specifiers(std::string_view text, const SpecifierValues& values) {
    std::string expanded;
    for (;;) {
        const std::size_t at = text.find('%');
        expanded.append(text.substr(0, at));
        if (at == text.npos)
            return expanded;
        if (at + 1 == text.size())
            return plain_error("expand specifiers: a lone % at the end");
        const char specifier = text[at + 1];
        if (specifier == '%') {
            expanded += '%';
        } else {
            const auto value = values.find(specifier);
            if (value == values.end())
                return plain_error(std::string("expand specifiers: no value for %") + specifier);
            expanded += value->second;
        }
        text.remove_prefix(at + 2);
    }
}

namespace {

Result<void> expand(std::string& text, const SpecifierValues& values) {
    text = TRY(expand_specifiers(text, values));
    return {};
}

Result<void> expand(std::vector<std::string>& list, const SpecifierValues& values) {
    for (std::string& text : list)
        TRY(expand(text, values));
    return {};
}

Result<void> expand(std::vector<std::pair<std::string, std::string>>& table,
                    const SpecifierValues& values) {
    for (auto& [name, text] : table)
        TRY(expand(text, values));
    return {};
}

}  // namespace

Result<void> expand_specifiers(Plan& plan, const SpecifierValues& values) {
    if (!plan.has_specifiers)
        return {};
    for (std::string* text : {&plan.name, &plan.service, &plan.root_label, &plan.working_directory,
                              &plan.user, &plan.hostname, &plan.slice})
        TRY(expand(*text, values));
    for (std::vector<std::string>* list :
         {&plan.command, &plan.environment_files, &plan.groups, &plan.root.layers,
          &plan.health.command, &plan.reload.command})
        TRY(expand(*list, values));
    TRY(expand(plan.environment, values));
    TRY(expand(plan.labels, values));
    for (Mount& mount : plan.mounts) {
        TRY(expand(mount.source, values));
        TRY(expand(mount.target, values));
    }
    for (Device& device : plan.devices) {
        TRY(expand(device.path, values));
        TRY(expand(device.target, values));
    }
    for (Directive& directive : plan.scope_directives)
        TRY(expand(directive.value, values));
    plan.has_specifiers = false;
    return {};
}

}  // namespace caisson
