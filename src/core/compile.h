// SPDX-License-Identifier: LGPL-2.1-or-later
// The compiler: definitions in, unit files and plans out, all as data. The generator writes what
// this returns; caissonctl runs the same for `check`, `list` and `show`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/diagnostic.h"
#include "core/plan.h"

namespace caisson {

// A definition, a drop-in or /etc/caisson.toml as it was found.
struct SourceFile {
    std::string path;  // as messages shall show it
    std::string name;  // "web" of web.toml, "web@" of a template
    std::string text;
    std::optional<std::string> unreadable;  // why it could not be read: then `text` means nothing
    std::vector<SourceFile> drop_ins;       // sorted by file name
};

struct CompileInput {
    std::vector<SourceFile>
        definitions;  // those that won by precedence, masked ones left out; any order
    std::optional<SourceFile> host_defaults;

    // Unit files that others installed: name to path. A unit of ours must not shadow one.
    std::map<std::string, std::string> foreign_units;

    // Containers that run: "web", "worker@blue". One whose definition is gone keeps a unit, so that
    // its stop still cleans up.
    std::vector<std::string> running;

    std::string runtime;         // absolute path of caisson-runtime
    std::string plan_directory;  // where the runtime will find the plans, absolute
};

struct OutputFile {
    std::string path;     // below the output directory: "web.service", "caisson/web.HASH.json"
    std::string content;  // the text, or the link's target
    enum class Kind { Unit, Plan, Link } kind = Kind::Unit;
};

// A container as defined, with or without errors.
struct CompiledContainer {
    std::string name;          // "web", "web@" for a template
    std::string definition;    // path of the file that defines it
    std::string service;       // "web.service", "web@.service"
    std::optional<Plan> plan;  // none when there are errors
    std::string plan_path;     // absolute, empty when there are errors
    Diagnostics diagnostics;   // of this container
    bool has_unit = true;      // false: refused, `service` is a unit of others or no name
};

struct CompiledPod {
    std::string name;         // "shop"
    std::string definition;   // path of the file that defines it
    std::string slice;        // "caisson-shop.slice"
    Diagnostics diagnostics;  // of its file
};

struct CompileOutput {
    std::vector<OutputFile> files;              // sorted by path
    std::vector<CompiledContainer> containers;  // sorted by name
    std::vector<CompiledPod> pods;              // sorted by name
    Diagnostics diagnostics;                    // of everything, sorted
};

// Deterministic: the order of `definitions` makes no difference.
CompileOutput compile(const CompileInput& input);

}  // namespace caisson
