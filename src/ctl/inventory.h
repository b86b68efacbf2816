// SPDX-License-Identifier: LGPL-2.1-or-later
// The containers as they are defined on disk at this moment, and how the names that people type
// find them. Says nothing about what runs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/compile.h"

namespace caisson {

// Where the generator's output is while systemd runs; wiped and rebuilt at every daemon-reload, so
// that it says exactly what systemd has loaded.
inline constexpr const char* generator_directory = "/run/systemd/generator";

struct Inventory {
    std::unique_ptr<const CompileInput> input;  // diagnostics point into it, so it stays in place
    CompileOutput output;
};

// Compiles `input` with the paths that the generator uses.
Inventory take_inventory(CompileInput input);

// A container, or one instance of a template.
struct Target {
    std::string name;     // "web", "web@blue"
    std::string service;  // "web.service", "web@blue.service"
    const CompiledContainer* compiled =
        nullptr;  // none: it still runs, but its definition has gone
};

bool is_template(const CompiledContainer& container);

// Whether the definition is refused so that it has no unit at all: whatever systemd knows under
// the name of its service belongs to others.
bool is_refused(const Target& target);

// The target of a definition that is none, or of one of its instances.
Target target_of(const CompiledContainer& container, std::string_view instance = {});

// The instance of `container`, a template, that `service` is; empty when it is none.
std::string instance_of(const CompiledContainer& container, std::string_view service);

// By "web", "web.service" or "web@blue"; a template by "web@". Nothing when there is none.
std::optional<Target> find_container(const Inventory& inventory, std::string_view name);

// "no container "wbe" is defined; did you mean "web"?"
std::string unknown_container(const Inventory& inventory, std::string_view name);

}  // namespace caisson
