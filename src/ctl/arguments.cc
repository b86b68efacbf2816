// SPDX-License-Identifier: LGPL-2.1-or-later
// The only file that knows CLI11, which reports what is wrong by exceptions.
#include "ctl/arguments.h"

#include <CLI/CLI.hpp>

#include <sstream>

namespace caisson {
namespace {

// All that a command line can set; the verb that was named decides what of it counts.
struct Parsed {
    Arguments common;
    bool json = false;
    bool no_pager = false;
    bool no_legend = false;
    ListOptions list;
    StatusOptions status;
    ShowOptions show;
    LogsOptions logs;
    CheckOptions check;
    JobOptions job;
    KillOptions kill;
    ExecOptions exec;
    bool all_processes = false;
};

struct Row {
    CLI::App* command;
    std::function<Verb(const Parsed&)> verb;
};

const char* const footer = R"(
NAME is a container: "web", "web.service", or "web@blue" for an instance of a template.

Exit status: 0 success, 1 failure, 2 misuse of the command line, 3 a container does not run,
4 there is no such container. exec ends as its command does.)";

void add_root(CLI::App& command, std::string& root) {
    command.add_option("--root", root, "Look for definitions below this directory")
        ->type_name("DIR");
}

Row add_list(CLI::App& app, Parsed& parsed) {
    CLI::App* command = app.add_subcommand("list", "List containers, their states and usage");
    command->add_option("PATTERN", parsed.list.patterns, "Only those whose names match");
    return {command, [](const Parsed& all) { return Verb(all.list); }};
}

Row add_status(CLI::App& app, Parsed& parsed) {
    CLI::App* command =
        app.add_subcommand("status", "Show all about containers and their last logs");
    command->add_option("NAME", parsed.status.names, "By default all that run or have failed");
    return {command, [](const Parsed& all) { return Verb(all.status); }};
}

Row add_show(CLI::App& app, Parsed& parsed) {
    CLI::App* command = app.add_subcommand("show", "Show a definition with all its defaults");
    command->add_option("NAME", parsed.show.name, "The container")->required();
    CLI::Option_group* views = command->add_option_group("Views");
    const auto add = [&](const char* flag, View view, const char* help) {
        views->add_flag_callback(
            flag, [&parsed, view] { parsed.show.view = view; }, help);
    };
    add("--oci", View::Oci, "As an OCI runtime configuration");
    add("--unit", View::Unit, "As the units that the generator writes");
    add("--plan", View::Plan, "As the plan that the runtime reads");
    add("--security", View::Security, "Its isolation: what is asked and what is in force");
    views->require_option(0, 1);
    add_root(*command, parsed.show.root);
    return {command, [](const Parsed& all) { return Verb(all.show); }};
}

Row add_logs(CLI::App& app, Parsed& parsed) {
    CLI::App* command = app.add_subcommand("logs", "Show the journal of a container");
    command->add_option("NAME", parsed.logs.name, "The container")->required();
    command->add_flag("-f,--follow", parsed.logs.follow, "Go on with what is added");
    command->add_option("-n,--lines", parsed.logs.lines, "Only the last lines")->type_name("N");
    return {command, [](const Parsed& all) { return Verb(all.logs); }};
}

Row add_check(CLI::App& app, Parsed& parsed) {
    CLI::App* command = app.add_subcommand("check", "Print the errors in definitions");
    command->add_option("PATH", parsed.check.paths,
                        "Files or directories, judged in place of those installed under the same "
                        "names; by default all that is installed");
    add_root(*command, parsed.check.root);
    command->add_option("--as", parsed.check.name, "Take PATH for the definition of this name")
        ->type_name("NAME");
    return {command, [](const Parsed& all) { return Verb(all.check); }};
}

Row add_job(CLI::App& app, Parsed& parsed, const char* name, JobType type, const char* help) {
    CLI::App* command = app.add_subcommand(name, help);
    command->add_option("NAME", parsed.job.names, "The containers")->required();
    return {command, [type](const Parsed& all) { return Verb(JobOptions{type, all.job.names}); }};
}

Row add_kill(CLI::App& app, Parsed& parsed) {
    CLI::App* command = app.add_subcommand("kill", "Send a signal to containers");
    command->add_option("NAME", parsed.kill.names, "The containers")->required();
    command->add_option("-s,--signal", parsed.kill.signal, "Which; TERM by default")
        ->type_name("SIGNAL");
    command->add_flag("--all", parsed.all_processes, "To all processes, not to the first alone");
    return {command, [](const Parsed& all) {
                KillOptions options = all.kill;
                options.whom = all.all_processes ? KillWhom::All : KillWhom::Main;
                return Verb(options);
            }};
}

Row add_exec(CLI::App& app, Parsed& parsed) {
    CLI::App* command = app.add_subcommand("exec", "Run a command in a container: NAME -- CMD...");
    command->add_option("NAME", parsed.exec.name, "The container")->required();
    command->add_option("-u,--user", parsed.exec.user, "As whom: name, uid, name:group, uid:gid")
        ->type_name("USER");
    return {command, [](const Parsed& all) { return Verb(all.exec); }};
}

Row add_version(CLI::App& app) {
    CLI::App* command = app.add_subcommand("version", "Print the version");
    return {command, [](const Parsed&) { return Verb(VersionOptions{}); }};
}

void add_common(CLI::App& app, Parsed& parsed) {
    app.name("caissonctl");
    app.footer(footer);
    app.fallthrough();
    app.add_flag("--json", parsed.json, "For machines: JSON");
    app.add_flag("--no-pager", parsed.no_pager, "No pager for long output");
    app.add_flag("--no-legend", parsed.no_legend, "No titles and notes around tables");
}

// The command of exec is not ours to parse: it starts after "--", or after NAME. Takes it off the
// words.
std::vector<std::string> take_command(std::vector<std::string>& words) {
    std::size_t at = 0;
    while (at < words.size() && words[at].starts_with("-"))
        ++at;
    if (at == words.size() || words[at] != "exec")
        return {};
    bool named = false;
    for (++at; at < words.size(); ++at) {
        if (words[at] == "--" || (named && !words[at].starts_with("-")))
            break;
        if (words[at] == "-u" || words[at] == "--user")
            ++at;
        else if (!words[at].starts_with("-"))
            named = true;
    }
    at = std::min(at, words.size());
    const bool marked = at < words.size() && words[at] == "--";
    const auto start = words.begin() + static_cast<std::ptrdiff_t>(at);
    std::vector<std::string> command(start + (marked ? 1 : 0), words.end());
    words.erase(start, words.end());
    return command;
}

Advice advice(const CLI::App& app, const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream problems;
    const int status = app.exit(error, out, problems);
    if (status == 0)
        return {out.str(), Success};
    return {std::string("caissonctl: ") + error.what() + "; see 'caissonctl --help'\n", Misuse};
}

}  // namespace

std::variant<Arguments, Advice> parse_arguments(int argc, const char* const* argv) {
    Parsed parsed;
    CLI::App app("Containers that are declared in /etc/caisson and run as systemd services.");
    add_common(app, parsed);
    const std::vector<Row> rows = {
        add_list(app, parsed),
        add_status(app, parsed),
        add_show(app, parsed),
        add_logs(app, parsed),
        add_check(app, parsed),
        add_job(app, parsed, "start", JobType::Start, "Start containers"),
        add_job(app, parsed, "stop", JobType::Stop, "Stop containers"),
        add_job(app, parsed, "restart", JobType::Restart, "Stop containers and start them again"),
        add_job(app, parsed, "reload", JobType::Reload, "Have containers reload what they serve"),
        add_kill(app, parsed),
        add_exec(app, parsed),
        add_version(app),
    };
    const CLI::App* help = app.add_subcommand("help", "Print this");
    app.require_subcommand(1);

    std::vector<std::string> words(argv + 1, argv + argc);
    parsed.exec.command = take_command(words);
    std::reverse(words.begin(), words.end());  // CLI11 takes them from the end
    try {
        app.parse(std::move(words));
    } catch (const CLI::ParseError& error) {
        return advice(app, error);
    }
    if (help->parsed()) {
        app.clear();  // or it would be the help of "help"
        return Advice{app.help(), Success};
    }

    Arguments arguments;
    arguments.format = parsed.json ? Format::Machine : Format::Human;
    arguments.pager = !parsed.no_pager;
    arguments.legend = !parsed.no_legend;
    for (const Row& row : rows) {
        if (row.command->parsed())
            arguments.verb = row.verb(parsed);
    }
    const auto* exec = std::get_if<ExecOptions>(&arguments.verb);
    if (exec != nullptr && exec->command.empty())
        return Advice{"caissonctl: exec: which command? caissonctl exec NAME -- CMD...\n", Misuse};
    return arguments;
}

}  // namespace caisson
