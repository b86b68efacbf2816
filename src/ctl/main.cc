// SPDX-License-Identifier: LGPL-2.1-or-later
#include <sys/resource.h>
#include <unistd.h>

#include <ctime>

#include "base/log.h"
#include "ctl/arguments.h"
#include "ctl/observation_json.h"
#include "ctl/terminal.h"
#include "systemd/definition_dir.h"

namespace caisson {
namespace {

std::uint64_t now_usec() {
    timespec now{};
    (void)::clock_gettime(CLOCK_REALTIME, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1000000 +
           static_cast<std::uint64_t>(now.tv_nsec) / 1000;
}

Output output_for(const Arguments& arguments) {
    Output output{.format = arguments.format,
                  .style = terminal_style(),
                  .pager = arguments.pager,
                  .now = now_usec()};
    output.style.legend = arguments.legend;
    return output;
}

// Returns only when it could not.
Error execute(const std::vector<std::string>& command) {
    std::vector<char*> argv;
    for (const std::string& word : command)
        argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    (void)::execvp(argv.front(), argv.data());
    return sys_error("execute", command.front());
}

// What the verbs work on: the definitions, systemd, and where the rest is found.
class Session {
public:
    explicit Session(const Output& output) : output_(output), cgroup_root_(open_cgroup_root()) {
        places_.cgroup_root = cgroup_root_.get();
    }

    Result<Outcome> operator()(const ListOptions& options) { return ask(list, options); }
    Result<Outcome> operator()(const StatusOptions& options) { return ask(status, options); }
    Result<Outcome> operator()(const JobOptions& options) { return ask(run_jobs, options); }
    Result<Outcome> operator()(const KillOptions& options) { return ask(kill, options); }
    Result<Outcome> operator()(const CheckOptions& options) { return check(options, output_); }
    Result<Outcome> operator()(const VersionOptions&) { return version(output_); }
    Result<Outcome> operator()(const ShowOptions& options) {
        return show(options, output_, take_inventory(load_definitions(options.root)), places_);
    }
    Result<Outcome> operator()(const LogsOptions& options) {
        Outcome outcome;
        const Inventory inventory = take_inventory(load_definitions(""));
        const std::vector<std::string> command =
            logs_command(options, output_, inventory, places_, outcome);
        return command.empty() ? Result<Outcome>(outcome) : execute(command);
    }
    Result<Outcome> operator()(const ExecOptions& options) {
        Outcome outcome;
        const Inventory inventory = take_inventory(load_definitions(""));
        const std::unique_ptr<Manager> manager = TRY(connect_to_systemd());
        const std::vector<std::string> command =
            TRY(exec_command(options, inventory, *manager, places_, outcome));
        return command.empty() ? Result<Outcome>(outcome) : execute(command);
    }

private:
    template <typename Function, typename Options>
    Result<Outcome> ask(Function function, const Options& options) {
        const Inventory inventory = take_inventory(load_definitions(""));
        const std::unique_ptr<Manager> manager = TRY(connect_to_systemd());
        return function(options, output_, inventory, *manager, places_);
    }

    Output output_;
    UniqueFd cgroup_root_;
    Places places_;
};

void complain(const std::string& message, Format format) {
    if (format == Format::Human)
        return log_error(message);
    const std::string line =
        Json({{"error", message}}).dump(-1, ' ', false, Json::error_handler_t::replace);
    (void)!::write(STDERR_FILENO, (line + "\n").c_str(), line.size() + 1);
}

int run(const Arguments& arguments) {
    Session session(output_for(arguments));
    Result<Outcome> outcome = std::visit(session, arguments.verb);
    if (!outcome) {
        complain(outcome.error().message, arguments.format);
        return Failure;
    }
    const bool paged = arguments.pager && arguments.format == Format::Human;
    const bool written = paged ? page_output(outcome->output) : write_output(outcome->output);
    for (const std::string& complaint : outcome->complaints)
        complain(complaint, arguments.format);
    return written ? outcome->status : std::max<int>(outcome->status, Failure);
}

}  // namespace
}  // namespace caisson

int main(int argc, char** argv) {
    using namespace caisson;
    set_log_target(LogTarget::Stderr, "caissonctl");
    const std::variant<Arguments, Advice> parsed = parse_arguments(argc, argv);
    if (const Advice* advice = std::get_if<Advice>(&parsed)) {
        const int stream = advice->status == Success ? STDOUT_FILENO : STDERR_FILENO;
        (void)!::write(stream, advice->text.data(), advice->text.size());
        return advice->status;
    }
    return run(std::get<Arguments>(parsed));
}
