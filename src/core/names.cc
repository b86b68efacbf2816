// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/names.h"

#include <algorithm>
#include <array>
#include <csignal>

#include "base/text.h"
#include "core/diagnostic.h"

namespace caisson {
namespace {

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool is_letter(char c) {
    return letters.find(c) != std::string_view::npos;
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool consists_of(std::string_view text, std::string_view others) {
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return is_letter(c) || is_digit(c) || others.find(c) != std::string_view::npos;
    });
}

constexpr std::array<std::string_view, 11> unit_suffixes{
    ".service", ".socket", ".device", ".mount", ".automount", ".swap",
    ".target",  ".path",   ".timer",  ".slice", ".scope"};

// What can be known of a text that holds specifiers: what is left without them.
std::string without_specifiers(std::string_view text) {
    std::string rest;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%')
            ++i;
        else
            rest += text[i];
    }
    return rest;
}

bool has_specifier(std::string_view text) {
    return text.find('%') != std::string_view::npos;
}

// A name or an id: digits never fall back to a name (SECURITY.md: "1x" is a typing error, and
// 4294967295 is what the kernel takes for "no change").
Complaint check_account(std::string_view account, std::string_view noun) {
    if (account.empty())
        return std::string("must not be empty");
    const std::string rest = without_specifiers(account);
    if (has_specifier(account))
        return consists_of(rest, "_.-") ? Complaint{} : "is no " + std::string(noun);
    if (is_digit(account[0])) {
        const std::optional<std::uint32_t> id = parse_integer<std::uint32_t>(account);
        if (!id)
            return "must be a name that does not begin with a digit, or a number below 4294967295";
        if (*id == UINT32_MAX)
            return std::string("must be below 4294967295");
        return std::nullopt;
    }
    const bool is_name = (is_letter(account[0]) || account[0] == '_') &&
                         consists_of(account, "_.-$") && account.size() <= 256;
    return is_name ? Complaint{} : "is no " + std::string(noun) + " name or number";
}

struct SignalName {
    int number;
    std::string_view name;
};

constexpr SignalName signal_names[] = {
    {SIGHUP, "HUP"},   {SIGINT, "INT"},       {SIGQUIT, "QUIT"}, {SIGILL, "ILL"},
    {SIGTRAP, "TRAP"}, {SIGABRT, "ABRT"},     {SIGBUS, "BUS"},   {SIGFPE, "FPE"},
    {SIGKILL, "KILL"}, {SIGUSR1, "USR1"},     {SIGSEGV, "SEGV"}, {SIGUSR2, "USR2"},
    {SIGPIPE, "PIPE"}, {SIGALRM, "ALRM"},     {SIGTERM, "TERM"}, {SIGSTKFLT, "STKFLT"},
    {SIGCHLD, "CHLD"}, {SIGCONT, "CONT"},     {SIGSTOP, "STOP"}, {SIGTSTP, "TSTP"},
    {SIGTTIN, "TTIN"}, {SIGTTOU, "TTOU"},     {SIGURG, "URG"},   {SIGXCPU, "XCPU"},
    {SIGXFSZ, "XFSZ"}, {SIGVTALRM, "VTALRM"}, {SIGPROF, "PROF"}, {SIGWINCH, "WINCH"},
    {SIGIO, "IO"},     {SIGPWR, "PWR"},       {SIGSYS, "SYS"},
};

// The C library keeps two of the kernel's real-time signals: its SIGRTMIN is 34, as systemd's.
constexpr int first_realtime = 34;
constexpr int last_realtime = 64;

std::string signal_name(int number) {
    for (const SignalName& known : signal_names)
        if (known.number == number)
            return "SIG" + std::string(known.name);
    return "SIGRTMIN+" + std::to_string(number - first_realtime);
}

}  // namespace

bool has_unit_suffix(std::string_view name) {
    return std::any_of(unit_suffixes.begin(), unit_suffixes.end(), [&](std::string_view suffix) {
        return name.size() > suffix.size() && name.ends_with(suffix);
    });
}

Complaint check_resource_name(std::string_view name) {
    if (name.empty() || name.size() > 63 || !(is_letter(name[0]) || is_digit(name[0])) ||
        !consists_of(name, "_.-"))
        return quoted(name) + " is no name: a letter or digit, then up to 62 of letters, digits, "
                              "\"_\", \".\" and \"-\"";
    if (has_unit_suffix(name))
        return quoted(name) + " is no name: it ends as a unit does";
    return std::nullopt;
}

Complaint check_unit_name(std::string_view name) {
    if (!has_unit_suffix(name))
        return quoted(name) + " is no unit name: it has no suffix, such as \".service\"";
    if (name.size() > 255 || name[0] == '@' || !consists_of(name, ":-_.\\@%"))
        return quoted(name) + " is no unit name";
    return std::nullopt;
}

Complaint check_linked_unit(std::string_view name) {
    if (name.find('%') != std::string_view::npos)
        return quoted(name) + " must not have specifiers: it becomes the name of a link";
    return check_unit_name(name);
}

Complaint check_slice(std::string_view name) {
    std::string_view stem = name;
    if (!stem.ends_with(".slice"))
        return quoted(name) + " must end in \".slice\"";
    stem.remove_suffix(6);
    const bool is_root = stem == "-";
    if (stem.empty() || !consists_of(stem, ":-_.\\%") || name.size() > 255 ||
        (!is_root && (stem.starts_with("-") || stem.ends_with("-") ||
                      stem.find("--") != std::string_view::npos)))
        return quoted(name) + " is no slice: parts that \"-\" divides, then \".slice\"";
    return std::nullopt;
}

Complaint check_user(std::string_view user) {
    const std::size_t colon = user.find(':');
    if (Complaint wrong = check_account(user.substr(0, colon), "user"))
        return quoted(user) + " " + *wrong;
    if (colon == std::string_view::npos)
        return std::nullopt;
    if (Complaint wrong = check_account(user.substr(colon + 1), "group"))
        return "group of " + quoted(user) + " " + *wrong;
    return std::nullopt;
}

Complaint check_group(std::string_view group) {
    if (Complaint wrong = check_account(group, "group"))
        return quoted(group) + " " + *wrong;
    return std::nullopt;
}

Complaint check_hostname(std::string_view hostname) {
    const std::string rest = without_specifiers(hostname);
    bool is_valid = consists_of(rest, ".-") && !hostname.empty() && hostname.size() <= 64;
    if (is_valid && !has_specifier(hostname))
        for (const std::string_view label : split(hostname, '.'))
            is_valid = is_valid && !label.empty() && label.size() <= 63 &&
                       !label.starts_with("-") && !label.ends_with("-");
    if (is_valid)
        return std::nullopt;
    return quoted(hostname) + " is no host name: at most 64 of letters, digits, \"-\" and \".\"";
}

Complaint check_variable_name(std::string_view name) {
    if (!name.empty() && !is_digit(name[0]) && consists_of(name, "_"))
        return std::nullopt;
    return quoted(name) + " is no variable name: letters, digits and \"_\", no digit first";
}

Complaint check_file_mode(std::string_view mode, unsigned highest) {
    const std::optional<unsigned> bits = parse_integer<unsigned>(mode, 8);
    if (bits && *bits <= highest && mode.size() >= 3 && mode.size() <= 5)
        return std::nullopt;
    return quoted(mode) + " is no octal mode such as \"" + (highest > 0777 ? "1777" : "0022") +
           "\"";
}

Complaint check_absolute_path(std::string_view path) {
    const bool is_absolute =
        path.starts_with("/") || path.starts_with("%t") || path.starts_with("%S");
    if (!is_absolute)
        return quoted(path) + " must be an absolute path";
    if (path.size() >= 4096)
        return std::string("is longer than a path may be");
    if (path.find("..") == std::string_view::npos)
        return std::nullopt;
    for (const std::string_view part : split(path, '/'))
        if (part == "..")
            return quoted(path) + " must not have \"..\" in it";
    return std::nullopt;
}

std::optional<Signal> parse_signal(std::string_view text) {
    if (const std::optional<int> number = parse_integer<int>(text)) {
        const bool is_known = *number >= 1 && *number <= 31;
        const bool is_realtime = *number >= first_realtime && *number <= last_realtime;
        if (!is_known && !is_realtime)
            return std::nullopt;
        return Signal{*number, signal_name(*number)};
    }
    consume_prefix(text, "SIG");
    for (const SignalName& known : signal_names)
        if (known.name == text)
            return Signal{known.number, signal_name(known.number)};
    int number = 0;
    if (text == "RTMIN" || text == "RTMAX")
        number = text == "RTMIN" ? first_realtime : last_realtime;
    else if (consume_prefix(text, "RTMIN+"))
        number = first_realtime + parse_integer<int>(text).value_or(-1000);
    else if (consume_prefix(text, "RTMAX-"))
        number = last_realtime - parse_integer<int>(text).value_or(1000);
    if (number < first_realtime || number > last_realtime)
        return std::nullopt;
    return Signal{number, signal_name(number)};
}

}  // namespace caisson
