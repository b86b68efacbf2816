// SPDX-License-Identifier: LGPL-2.1-or-later
// caisson-generator: run by systemd at boot and at every reload, systemd.generator(7).
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/text.h"
#include "config.h"
#include "core/compile.h"
#include "store/state.h"
#include "systemd/definition_dir.h"
#include "systemd/unit_dir.h"

namespace caisson {
namespace {

constexpr int exit_output_failed = 1;
constexpr int exit_misuse = 2;

struct Arguments {
    std::string root;
    std::string directory;  // for units of normal precedence
};

std::optional<Arguments> parse_arguments(const std::vector<std::string_view>& words) {
    Arguments arguments;
    std::vector<std::string_view> directories;
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string_view word = words[i];
        if (word == "--root" && i + 1 < words.size())
            arguments.root = words[++i];
        else if (consume_prefix(word, "--root="))
            arguments.root = word;
        else if (word.starts_with("-"))
            return std::nullopt;
        else
            directories.push_back(word);
    }
    if (directories.size() != 1 && directories.size() != 3)
        return std::nullopt;
    arguments.directory = directories[0];
    return arguments;
}

bool is_environment(const char* name, std::string_view value) {
    const char* set = std::getenv(name);
    return set != nullptr && set == value;
}

// At boot there is no journal yet, and stderr of a generator leads nowhere.
void choose_log_target() {
    const bool is_run_by_manager =
        ::getppid() == 1 || (std::getenv("SYSTEMD_SCOPE") != nullptr && !::isatty(STDERR_FILENO));
    set_log_target(is_run_by_manager ? LogTarget::Kmsg : LogTarget::Stderr, "caisson-generator");
}

// The runtime reads plans by absolute path.
std::string absolute_path(const std::string& path) {
    char resolved[PATH_MAX];
    return ::realpath(path.c_str(), resolved) != nullptr ? resolved : path;
}

void log_diagnostics(const Diagnostics& diagnostics) {
    constexpr std::size_t most = 1000;
    for (std::size_t i = 0; i < diagnostics.size() && i < most; ++i)
        log_error(format(diagnostics[i]));
    if (diagnostics.size() > most)
        log_error("and " + std::to_string(diagnostics.size() - most) + " more errors");
}

int run(const std::vector<std::string_view>& words) {
    choose_log_target();
    // Definitions are in the root file system, which an initrd does not see.
    if (is_environment("SYSTEMD_IN_INITRD", "1"))
        return EXIT_SUCCESS;
    const std::optional<Arguments> arguments = parse_arguments(words);
    if (!arguments) {
        log_error("usage: caisson-generator [--root DIRECTORY] NORMAL [EARLY LATE]");
        return exit_misuse;
    }
    (void)::umask(022);

    // Static, so that the process ends without taking them apart: PID 1 waits.
    static CompileInput input = load_definitions(arguments->root);
    if (Result<std::vector<std::string>> running = list_states(arguments->root + state_directory))
        input.running = std::move(*running);
    input.runtime = CAISSON_RUNTIME;
    input.plan_directory = absolute_path(arguments->directory) + "/caisson";
    static const CompileOutput output = compile(input);
    log_diagnostics(output.diagnostics);
    if (Result<void> written = write_units(arguments->directory, output.files); !written) {
        log_error(written.error().message);
        return exit_output_failed;
    }
    // A definition with errors is no failure of the generator: its unit says what is wrong.
    return EXIT_SUCCESS;
}

}  // namespace
}  // namespace caisson

int main(int argc, char** argv) {
    // Nothing is buffered, and nothing need be destroyed.
    ::_exit(caisson::run({argv + 1, argv + argc}));
}
