// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/life.h"

#include <algorithm>
#include <map>

#include "core/keys.h"
#include "core/names.h"
#include "core/quantity.h"
#include "core/socket.h"

namespace caisson {
namespace {

// The identifier of LoadCredential= in systemd.exec(5): a file's name, and one that a colon ends.
Complaint check_credential_name(std::string_view name) {
    constexpr std::size_t longest = 255;
    const bool is_plain = std::all_of(name.begin(), name.end(), [](char c) {
        return c > ' ' && c < '\x7f' && c != '/' && c != ':' && c != '%';
    });
    if (name.empty() || name == "." || name == ".." || name.size() > longest || !is_plain)
        return "is no name of a credential: printable characters but \"/\", \":\" and \"%\"";
    return std::nullopt;
}

Complaint check_socket_user(std::string_view user) {
    if (user.find(':') != user.npos || check_user(user))
        return quoted(user) + " is no user name or number";
    return std::nullopt;
}

std::uint64_t time_or(const Given<std::string>& text, std::uint64_t fallback) {
    return text ? *parse_time(text->value) : fallback;
}

class Validation {
public:
    Validation(const ContainerSpec& spec, Diagnostics& diagnostics)
        : spec_(spec), diagnostics_(diagnostics) {}

    void health() {
        const HealthSpec& health = spec_.health;
        if (spec_.health_at && !health.command)
            complain_missing(*spec_.health_at, "container.health.command");
        check_command(health.command, "container.health.command");
        for (const auto& [time, key] :
             {std::pair{&health.interval, "container.health.interval"},
              std::pair{&health.timeout, "container.health.timeout"},
              std::pair{&health.start_period, "container.health.start_period"}})
            if (*time && (*time)->value == "infinity")
                complain((*time)->at, key, "must be finite");
        if (!spec_.health_at && spec_.ready && spec_.ready->value == Ready::Healthy)
            complain(spec_.ready->at, "container.ready",
                     "\"healthy\" needs a probe, in container.health");
        restart_of_unhealthy();
    }

    void reload() {
        const ReloadSpec& reload = spec_.reload;
        if (!spec_.reload_at)
            return;
        if (reload.signal && reload.command)
            complain(reload.command->at, "container.reload.command",
                     "stands beside signal (" + format(reload.signal->at) + "); only one is done");
        else if (!reload.signal && !reload.command)
            complain_missing(*spec_.reload_at, "container.reload", "must have signal or command");
        check_command(reload.command, "container.reload.command");
    }

    void sockets() {
        std::map<std::string, Position> addresses;
        for (const SocketSpec& socket : spec_.sockets)
            check_socket(socket, addresses);
        if (!spec_.sockets.empty() && spec_.boot && spec_.boot->value)
            complain(spec_.sockets.front().at, "container.socket",
                     "an init system takes no sockets: boot is true (" + format(spec_.boot->at) +
                         ")");
    }

    void credentials() {
        std::map<std::string, Position> names;
        for (const CredentialSpec& credential : spec_.credentials) {
            const std::string key = key_path(
                credential.encrypted ? "container.encrypted_credentials" : "container.credentials",
                credential.name);
            complain(credential.at, key, check_credential_name(credential.name));
            complain(credential.at, key, check_absolute_path(credential.path));
            const auto [same, is_new] = names.emplace(credential.name, credential.at);
            if (!is_new)
                complain(credential.at, key,
                         "is also the name of the credential at " + format(same->second));
        }
    }

    void requirements() {
        for (const auto& [names, key] :
             {std::pair{&spec_.requires_healthy, "container.requires_healthy"},
              std::pair{&spec_.requires_completed, "container.requires_completed"}})
            for (const Text& name : *names)
                if (has_unit_suffix(name.value))
                    complain(name.at, key, quoted(name.value) + " must be the name of a container");
    }

private:
    void complain(const Position& at, std::string key, Complaint message) {
        if (message)
            diagnostics_.push_back({at, std::move(key), std::move(*message)});
    }

    // A value that could not be read is not missing.
    void complain_missing(const Position& at, std::string_view key,
                          std::string message = "is missing") {
        const bool was_unreadable =
            std::any_of(diagnostics_.begin(), diagnostics_.end(),
                        [&](const Diagnostic& d) { return d.key.starts_with(key); });
        if (!was_unreadable)
            complain(at, std::string(key), std::move(message));
    }

    void check_command(const Given<Texts>& command, const char* key) {
        if (!command)
            return;
        if (command->value.empty())
            complain(command->at, key, "must not be empty");
        else if (command->value.front().value.empty())
            complain(command->value.front().at, key, "the program must not be empty");
    }

    // What the companion asks for is what a watchdog asks for: systemd decides by Restart=.
    void restart_of_unhealthy() {
        const Given<HealthAction>& action = spec_.health.on_failure;
        constexpr std::string_view willing[] = {"on-failure", "on-abnormal", "on-watchdog",
                                                "always"};
        if (!action || action->value != HealthAction::Restart || !spec_.restart ||
            std::find(std::begin(willing), std::end(willing), spec_.restart->value) !=
                std::end(willing))
            return;
        complain(action->at, "container.health.on_failure",
                 "\"restart\" contradicts restart = " + quoted(spec_.restart->value) + " (" +
                     format(spec_.restart->at) +
                     "); it takes \"on-failure\", \"on-abnormal\", \"on-watchdog\" or \"always\"");
    }

    void check_socket(const SocketSpec& socket, std::map<std::string, Position>& addresses) {
        constexpr const char* listen = "container.socket.listen";
        if (!socket.listen)
            return complain_missing(socket.at, listen);
        const std::string& address = socket.listen->value;
        complain(socket.listen->at, listen, check_socket_address(address));
        const auto [same, is_new] = addresses.emplace(address, socket.listen->at);
        if (!is_new)
            complain(socket.listen->at, listen,
                     "is also the address of the socket at " + format(same->second));
        check_owner(socket, &SocketSpec::mode, "container.socket.mode");
        check_owner(socket, &SocketSpec::user, "container.socket.user");
        if (socket.mode)
            complain(socket.mode->at, "container.socket.mode",
                     check_file_mode(socket.mode->value, 0777));
        if (socket.user)
            complain(socket.user->at, "container.socket.user",
                     check_socket_user(socket.user->value));
    }

    // Of a file, and one for the whole unit (systemd.socket(5)).
    void check_owner(const SocketSpec& socket, Given<std::string> SocketSpec::*field,
                     const char* key) {
        const Given<std::string>& one = socket.*field;
        const Given<std::string>& first = socket_owner(spec_, field);
        if (one && !socket.listen->value.starts_with("/"))
            complain(one->at, key, "is for a socket in the file system");
        else if (one && first && one->value != first->value)
            complain(one->at, key,
                     "differs from " + quoted(first->value) + " (" + format(first->at) +
                         "); systemd has one for all sockets of a unit");
    }

    const ContainerSpec& spec_;
    Diagnostics& diagnostics_;
};

}  // namespace

void validate_life(const ContainerSpec& spec, Diagnostics& diagnostics) {
    Validation validation(spec, diagnostics);
    validation.health();
    validation.reload();
    validation.sockets();
    validation.credentials();
    validation.requirements();
}

void plan_life(const ContainerSpec& spec, bool is_awaited, Plan& plan) {
    if (spec.ready)
        plan.ready = spec.ready->value;
    if (is_awaited)
        plan.ready = Ready::Completed;
    Health& health = plan.health;
    health.command = values_of(spec.health.command);
    health.interval = time_or(spec.health.interval, health.interval);
    health.timeout = time_or(spec.health.timeout, health.timeout);
    health.start_period = time_or(spec.health.start_period, health.start_period);
    if (spec.health.retries)
        health.retries = static_cast<std::uint32_t>(spec.health.retries->value);
    if (spec.health.on_failure)
        health.on_failure = spec.health.on_failure->value;
    if (spec.reload.signal)
        plan.reload.signal = spec.reload.signal->value;
    plan.reload.command = values_of(spec.reload.command);
    plan.sockets = static_cast<std::uint32_t>(spec.sockets.size());
    for (const CredentialSpec& credential : spec.credentials)
        plan.credentials.push_back(credential.name);
    std::sort(plan.credentials.begin(), plan.credentials.end());
    if (spec.oom_policy)
        plan.oom_policy = spec.oom_policy->value;
}

}  // namespace caisson
