// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ctl/inventory.h"

#include "config.h"
#include "core/keys.h"

namespace caisson {
namespace {

constexpr std::string_view service_suffix = ".service";

std::string_view without_suffix(std::string_view name) {
    if (name.ends_with(service_suffix))
        name.remove_suffix(service_suffix.size());
    return name;
}

bool is_called(const CompiledContainer& container, std::string_view stem) {
    return container.name == stem || without_suffix(container.service) == stem;
}

}  // namespace

Inventory take_inventory(CompileInput input) {
    input.runtime = CAISSON_RUNTIME;
    input.plan_directory = std::string(generator_directory) + "/caisson";
    auto kept = std::make_unique<const CompileInput>(std::move(input));
    CompileOutput output = compile(*kept);
    return {std::move(kept), std::move(output)};
}

bool is_template(const CompiledContainer& container) {
    return container.name.ends_with('@');
}

bool is_refused(const Target& target) {
    return target.compiled != nullptr && !target.compiled->has_unit;
}

Target target_of(const CompiledContainer& container, std::string_view instance) {
    Target target{container.name, container.service, &container};
    if (!instance.empty()) {
        target.name += instance;
        target.service.insert(without_suffix(container.service).size(), instance);
    }
    return target;
}

std::string instance_of(const CompiledContainer& container, std::string_view service) {
    const std::string_view prefix = without_suffix(container.service);
    if (!is_template(container) || !service.starts_with(prefix) ||
        !service.ends_with(service_suffix))
        return {};
    return std::string(without_suffix(service).substr(prefix.size()));
}

std::optional<Target> find_container(const Inventory& inventory, std::string_view name) {
    const std::string_view stem = without_suffix(name);
    const std::size_t at = stem.find('@');
    const std::string_view prefix = stem.substr(0, at == stem.npos ? at : at + 1);
    for (const CompiledContainer& container : inventory.output.containers) {
        if (is_called(container, stem))
            return target_of(container);
        if (is_template(container) && is_called(container, prefix))
            return target_of(container, stem.substr(prefix.size()));
    }
    return std::nullopt;
}

std::string unknown_container(const Inventory& inventory, std::string_view name) {
    std::vector<std::string_view> names;
    for (const CompiledContainer& container : inventory.output.containers)
        names.push_back(container.name);
    const std::optional<std::string_view> nearest = find_nearest(without_suffix(name), names);
    const std::string text = "no container \"" + std::string(name) + "\" is defined; ";
    return nearest ? text + "did you mean \"" + std::string(*nearest) + "\"?"
                   : text + "'caissonctl list' shows those that are";
}

}  // namespace caisson
