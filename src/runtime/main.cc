// SPDX-License-Identifier: LGPL-2.1-or-later
#include <CLI/CLI.hpp>

#include "base/log.h"
#include "config.h"
#include "runtime/verbs.h"

namespace {

using namespace caisson;

constexpr int exit_failed = 1;
constexpr int exit_misuse = 2;

struct Arguments {
    std::string plan;
    std::vector<std::string> specifiers;
    std::string name;
    std::string shared;
    std::string errors;
    ExecRequest exec;
    ProbeRequest probe;
    std::vector<std::string> awaited;
};

int finish(const Result<void>& done) {
    if (done)
        return 0;
    log_error(const_cast<Result<void>&>(done).error().message);
    return exit_failed;
}

// "i=blue"
Result<SpecifierValues> parse_specifiers(const std::vector<std::string>& assignments) {
    SpecifierValues values;
    for (const std::string& assignment : assignments) {
        if (assignment.size() < 2 || assignment[1] != '=')
            return plain_error("--specifier=" + assignment + ": must be LETTER=VALUE");
        values[assignment[0]] = assignment.substr(2);
    }
    return values;
}

int run_start(const Arguments& arguments) {
    Result<SpecifierValues> specifiers = parse_specifiers(arguments.specifiers);
    if (!specifiers) {
        log_error(specifiers.error().message);
        return exit_misuse;
    }
    return finish(start(arguments.plan, *specifiers));
}

// Having printed them all is no success: the unit stands for a container that cannot start.
int run_report(const std::string& path) {
    (void)finish(report(path));
    return exit_failed;
}

int finish(const Result<int>& status) {
    if (status)
        return *status;
    log_error(const_cast<Result<int>&>(status).error().message);
    return exit_failed;
}

int run_exec(Arguments& arguments) {
    // The library keeps a "--" that comes after the first positional argument.
    std::vector<std::string>& command = arguments.exec.command;
    if (command.size() > 1 && command.front() == "--")
        command.erase(command.begin());
    return finish(exec(arguments.exec));
}

int run_probe(const ProbeRequest& request) {
    Result<int> status = probe(request);
    if (status)
        return *status;
    log_error(status.error().message);
    return exit_failed;
}

int dispatch(int argc, char** argv) {
    CLI::App app("Builds and launches one container, and leaves. Called by systemd.",
                 "caisson-runtime");
    app.require_subcommand(1);
    app.set_version_flag("--version", CAISSON_VERSION);
    Arguments arguments;

    CLI::App* start_verb = app.add_subcommand("start", "build and launch the container of a plan");
    start_verb->add_option("--specifier", arguments.specifiers, "LETTER=VALUE of a specifier")
        ->take_all();
    start_verb->add_option("PLAN", arguments.plan)->required();
    CLI::App* cleanup_verb = app.add_subcommand("cleanup", "remove what a container left behind");
    cleanup_verb->add_option("NAME", arguments.name)->required();
    CLI::App* pod_verb = app.add_subcommand("pod", "make the namespaces of a pod");
    pod_verb->add_option("SHARED", arguments.shared, "of network, uts, ipc; with commas")
        ->required();
    pod_verb->add_option("NAME", arguments.name)->required();
    CLI::App* cleanup_pod_verb = app.add_subcommand("cleanup-pod", "remove what a pod left behind");
    cleanup_pod_verb->add_option("NAME", arguments.name)->required();
    CLI::App* report_verb =
        app.add_subcommand("report", "print the errors of a definition, and fail");
    report_verb->add_option("ERRORS", arguments.errors)->required();
    CLI::App* reload_verb =
        app.add_subcommand("reload", "have a running container reload what it serves");
    reload_verb->add_option("NAME", arguments.name)->required();
    CLI::App* exec_verb = app.add_subcommand("exec", "run a command in a running container");
    exec_verb->add_option("--user", arguments.exec.user, "user, uid, user:group or uid:gid");
    exec_verb->add_option("NAME", arguments.exec.name)->required();
    exec_verb->add_option("COMMAND", arguments.exec.command)->required();
    exec_verb->positionals_at_end();
    CLI::App* probe_verb =
        app.add_subcommand("probe", "run the health check of a running container once");
    probe_verb->add_option("--report", arguments.probe.report, "FD for the companion");
    probe_verb->add_option("NAME", arguments.probe.name)->required();
    CLI::App* await_verb = app.add_subcommand("await", "wait until containers are healthy");
    await_verb->add_option("NAME", arguments.awaited)->required();

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : exit_misuse;
    }
    if (start_verb->parsed())
        return run_start(arguments);
    if (cleanup_verb->parsed())
        return finish(cleanup(arguments.name));
    if (reload_verb->parsed())
        return finish(reload(arguments.name));
    if (pod_verb->parsed())
        return finish(make_pod(arguments.shared, arguments.name));
    if (cleanup_pod_verb->parsed())
        return finish(cleanup_pod(arguments.name));
    if (report_verb->parsed())
        return run_report(arguments.errors);
    if (probe_verb->parsed())
        return run_probe(arguments.probe);
    if (await_verb->parsed())
        return finish(await(arguments.awaited));
    return run_exec(arguments);
}

}  // namespace

int main(int argc, char** argv) {
    set_log_target(LogTarget::Stderr, "caisson-runtime");
    return dispatch(argc, argv);
}
