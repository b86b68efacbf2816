// SPDX-License-Identifier: LGPL-2.1-or-later
// The command line of caissonctl as data.
#pragma once

#include <string>
#include <variant>

#include "ctl/verbs.h"

namespace caisson {

using Verb = std::variant<ListOptions, StatusOptions, ShowOptions, LogsOptions, CheckOptions,
                          JobOptions, KillOptions, ExecOptions, VersionOptions>;

struct Arguments {
    Verb verb;
    Format format = Format::Human;
    bool pager = true;
    bool legend = true;
};

// What to print instead of doing something: help, or what is wrong with the command line.
struct Advice {
    std::string text;
    int status = Success;
};

std::variant<Arguments, Advice> parse_arguments(int argc, const char* const* argv);

}  // namespace caisson
