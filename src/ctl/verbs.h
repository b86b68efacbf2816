// SPDX-License-Identifier: LGPL-2.1-or-later
// The verbs of caissonctl: options in, an Outcome out. What a verb prints is returned, so that
// main alone knows about terminals and pagers. An Error is what keeps a verb from doing anything.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ctl/inventory.h"
#include "ctl/observation.h"
#include "ctl/table.h"
#include "systemd/journal.h"
#include "systemd/manager.h"

namespace caisson {

enum ExitStatus {
    Success = 0,
    Failure = 1,
    Misuse = 2,
    NotActive = 3,  // as systemctl: the container is defined, but does not run
    NotFound = 4,   // as systemctl status: there is no such container
};

struct Outcome {
    std::string output;                   // for stdout
    std::vector<std::string> complaints;  // for stderr, one line each
    int status = Success;

    // The worst counts.
    void complain(std::string message, int with_status);
};

enum class Format { Human, Machine };

struct ListOptions {
    std::vector<std::string> patterns;
};
struct StatusOptions {
    std::vector<std::string> names;
};
enum class View { Definition, Oci, Unit, Plan, Security };
struct ShowOptions {
    std::string name;
    View view = View::Definition;
    std::string root;
};
struct LogsOptions {
    std::string name;
    bool follow = false;
    std::optional<unsigned> lines;
};
struct CheckOptions {
    std::vector<std::string> paths;
    std::string root;
    std::string name;  // what PATH is checked as; empty: what its own name says
};
struct JobOptions {
    JobType type = JobType::Start;
    std::vector<std::string> names;
};
struct KillOptions {
    std::vector<std::string> names;
    std::string signal = "TERM";
    KillWhom whom = KillWhom::Main;
};
struct ExecOptions {
    std::string name;
    std::string user;
    std::vector<std::string> command;
};
struct VersionOptions {};

// How the result is to look.
struct Output {
    Format format = Format::Human;
    Style style;
    bool pager = false;     // long output goes through one
    std::uint64_t now = 0;  // usec since the epoch
};

Result<Outcome> list(const ListOptions& options, const Output& output, const Inventory& inventory,
                     Manager& manager, const Places& places);
Result<Outcome> status(const StatusOptions& options, const Output& output,
                       const Inventory& inventory, Manager& manager, const Places& places);
Result<Outcome> show(const ShowOptions& options, const Output& output, const Inventory& inventory,
                     const Places& places);
Result<Outcome> check(const CheckOptions& options, const Output& output);
Result<Outcome> run_jobs(const JobOptions& options, const Output& output,
                         const Inventory& inventory, Manager& manager, const Places& places);
Result<Outcome> kill(const KillOptions& options, const Output& output, const Inventory& inventory,
                     Manager& manager, const Places& places);
Outcome version(const Output& output);

// The command lines that logs and exec become; main executes them. Empty: the outcome says why not.
std::vector<std::string> logs_command(const LogsOptions& options, const Output& output,
                                      const Inventory& inventory, const Places& places,
                                      Outcome& outcome);
Result<std::vector<std::string>> exec_command(const ExecOptions& options,
                                              const Inventory& inventory, Manager& manager,
                                              const Places& places, Outcome& outcome);

}  // namespace caisson
