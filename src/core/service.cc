// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/service.h"

#include <algorithm>

#include "base/text.h"
#include "core/isolation.h"
#include "core/journal_field.h"
#include "core/mount_spec.h"
#include "core/pod.h"
#include "core/socket.h"

namespace caisson {
namespace {

constexpr std::string_view documentation = "man:caisson.toml(5)";
constexpr const char* boot_target = "multi-user.target";
constexpr const char* sockets_target = "sockets.target";

// The name as systemd expands it: "web", "web@%i".
std::string instance_name(const ContainerSpec& spec) {
    return spec.is_template ? spec.name + "%i" : spec.name;
}

void add_verbatim(Section& section, const std::vector<NamedText>& directives) {
    for (const NamedText& directive : directives)
        section.add(directive.name, directive.value);
}

// Each directive with all its units on one line.
void add_dependencies(Section& section, const DeclaredContainer& container) {
    const std::vector<Dependency>& dependencies = container.spec.dependencies;
    for (std::size_t i = 0; i < dependencies.size(); ++i) {
        const std::string_view directive = directive_of(dependencies[i].kind);
        const std::string& unit = container.dependency_units[i];
        if (!section.directives.empty() && section.directives.back().key == directive)
            section.directives.back().value.append(" ").append(unit);
        else
            section.add(directive, unit);
    }
}

// Host paths without which the container cannot start. They hold specifiers as systemd knows them.
std::string required_paths(const ContainerSpec& spec) {
    std::vector<std::string> paths = {"/var/lib/caisson"};
    if (spec.root.directory)
        paths.push_back(spec.root.directory->value);
    if (spec.root.layers)
        for (const Text& layer : spec.root.layers->value)
            paths.push_back(layer.value);
    const std::size_t slash = spec.definition.rfind('/');
    const std::string directory = escape_specifiers(spec.definition.substr(0, slash));
    for (const MountSpec& mount : spec.mounts)
        if (mount.source && !(mount.optional && mount.optional->value))
            paths.push_back(mount_of(mount, directory).source);
    for (std::string& path : paths)
        path = quote_word(normalised_path(path));
    std::sort(paths.begin(), paths.end());
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    return join(paths, " ");
}

std::string start_command(const Plan& plan, const ContainerSpec& spec, std::string_view runtime,
                          std::string_view plan_path) {
    std::string command = quote_argument(escape_specifiers(runtime)) + " start";
    if (plan.has_specifiers) {
        std::set<char> used = spec.specifiers;
        if (spec.is_template)
            used.insert('i');
        for (const char specifier : used)
            command.append(" --specifier=").append({specifier, '=', '%', specifier});
    }
    return command + " " + quote_argument(escape_specifiers(plan_path));
}

// Waits for what has to be healthy.
std::string await_command(const ContainerSpec& spec, std::string_view runtime) {
    std::string command = quote_argument(escape_specifiers(runtime)) + " await";
    for (const Text& name : spec.requires_healthy)
        command += " " + quote_argument(name.value);
    return command;
}

// A stop is a success however the payload puts it: by the signal, or, as shells and Java do, by
// 128 and its number.
std::string success_statuses(const Signal& signal, const ContainerSpec& spec) {
    constexpr std::string_view clean[] = {"SIGHUP", "SIGINT", "SIGTERM", "SIGPIPE"};
    std::string statuses = std::to_string(128 + signal.number);
    if (std::find(std::begin(clean), std::end(clean), signal.name) == std::end(clean))
        statuses += " " + signal.name;
    for (const std::string& status : values_of(spec.success_exit_status))
        statuses += " " + status;
    return statuses;
}

void add_journal_fields(Section& service, const ContainerSpec& spec, const Plan& plan) {
    service.add("SyslogIdentifier", instance_name(spec));
    const auto add_field = [&](const std::string& field, const std::string& value) {
        service.add("LogExtraFields", quote_word(field + "=" + value));
    };
    add_field("CAISSON_CONTAINER", instance_name(spec));
    // A plan without specifiers has them resolved; in a unit every "%" counts.
    const auto in_unit = [&](const std::string& value) {
        return plan.has_specifiers ? value : escape_specifiers(value);
    };
    add_field("CAISSON_ROOTFS", in_unit(plan.root_label));
    for (const auto& [label, value] : plan.labels)
        add_field(journal_field(label), in_unit(value));
}

// Of the payload's cgroup.
void add_limits(Section& section, const ContainerSpec& spec) {
    for (const ResourceSetting& setting : spec.resources)
        section.add(setting.directive, setting.value);
}

std::string value_or(const Given<std::string>& text, std::string_view fallback) {
    return text ? text->value : std::string(fallback);
}

void add_service_section(Unit& unit, const ContainerSpec& spec, const Plan& plan,
                         std::string_view runtime, std::string_view plan_path) {
    Section& service = unit.section("Service");
    const bool is_scoped = plan.placement == Placement::Scope;
    const std::string stop_signal =
        value_or(spec.stop_signal, plan.boot ? "SIGRTMIN+3" : "SIGTERM");
    // What others wait for has started when it has ended, and stays so: to start them again is no
    // reason to run it again.
    const bool is_job = plan.ready == Ready::Completed;
    service.add("Type", is_job ? "oneshot" : "notify");
    if (is_job)
        service.add("RemainAfterExit", "yes");
    service.add("NotifyAccess", "all");
    if (!spec.requires_healthy.empty())
        service.add("ExecStartPre", await_command(spec, runtime));
    service.add("ExecStart", start_command(plan, spec, runtime, plan_path));
    service.add("ExecStopPost",
                quote_argument(escape_specifiers(runtime)) + " cleanup " + instance_name(spec));
    if (!plan.reload.signal.empty() || !plan.reload.command.empty())
        service.add("ExecReload",
                    quote_argument(escape_specifiers(runtime)) + " reload " + instance_name(spec));
    service.add("Slice", value_or(spec.slice, "caisson.slice"));
    if (!is_scoped)
        service.add("Delegate", "yes");
    service.add("KillMode", is_scoped ? "control-group" : "mixed");
    service.add("KillSignal", stop_signal);
    service.add("TimeoutStartSec", value_or(spec.start_timeout, is_job ? "infinity" : "90s"));
    service.add("TimeoutStopSec", value_or(spec.stop_timeout, plan.boot ? "90s" : "10s"));
    service.add("Restart", value_or(spec.restart, "on-failure"));
    if (spec.restart_delay)
        service.add("RestartSec", spec.restart_delay->value);
    service.add("SuccessExitStatus", success_statuses(*parse_signal(stop_signal), spec));
    // reboot(2) in a PID namespace: its init dies by SIGHUP.
    if (plan.boot)
        service.add("RestartForceExitStatus", "SIGHUP");
    // The companion asks for what a watchdog would: to end the payload as a stop does.
    if (plan.health.on_failure == HealthAction::Restart)
        service.add("WatchdogSignal", stop_signal);
    for (const CredentialSpec& credential : spec.credentials)
        service.add(credential.encrypted ? "LoadCredentialEncrypted" : "LoadCredential",
                    quote_word(credential.name + ":" + credential.path));
    add_journal_fields(service, spec, plan);
    if (plan.oom_score_adjust)
        service.add("OOMScoreAdjust", std::to_string(*plan.oom_score_adjust));
    if (!is_scoped) {
        add_limits(service, spec);
        if (!plan.oom_policy.empty())
            service.add("OOMPolicy", plan.oom_policy);
        for (const Directive& directive : device_directives(plan))
            service.add(directive.key,
                        plan.has_specifiers ? directive.value : escape_specifiers(directive.value));
    }
    add_verbatim(service, spec.service_directives);
}

// Links to one unit. A name that is refused elsewhere must not become a path either.
class Links {
public:
    explicit Links(std::string unit) : unit_(std::move(unit)) {}

    // In a directory of TARGET: "multi-user.target.wants/web.service".
    void add(std::string_view target, std::string_view kind, const std::string& started) {
        if (!check_linked_unit(target) && !check_linked_unit(started))
            files_.push_back({std::string(target).append(kind).append("/").append(started),
                              "../" + unit_, OutputFile::Kind::Link});
    }
    void add_alias(std::string_view alias) {
        if (!check_linked_unit(alias) && alias != unit_)
            files_.push_back({std::string(alias), unit_, OutputFile::Kind::Link});
    }
    std::vector<OutputFile> take() && { return std::move(files_); }

private:
    const std::string unit_;
    std::vector<OutputFile> files_;
};

void add_install_links(const ContainerSpec& spec, const std::string& started, Links& links) {
    for (const NamedText& directive : spec.install_directives)
        for (const std::string_view unit : split(directive.value, ' ')) {
            if (directive.name == "WantedBy")
                links.add(unit, ".wants", started);
            else if (directive.name == "RequiredBy")
                links.add(unit, ".requires", started);
            else if (directive.name == "Alias")
                links.add_alias(unit);
        }
}

}  // namespace

Unit service_for(const DeclaredContainer& container, const Plan& plan, std::string_view runtime,
                 std::string_view plan_path) {
    const ContainerSpec& spec = container.spec;
    Unit unit{container.service, {}};
    Section& section = unit.section("Unit");
    const bool is_described = spec.description && !spec.description->value.empty();
    section.add("Description",
                is_described ? spec.description->value : "Container " + instance_name(spec));
    section.add("Documentation", documentation);
    section.add("SourcePath", escape_specifiers(spec.definition));
    add_dependencies(section, container);
    if (!spec.sockets.empty())
        for (const char* directive : {"After", "Requires"})
            section.add(directive, socket_name(container.service));
    section.add("RequiresMountsFor", required_paths(spec));
    if (spec.start_limit_interval)
        section.add("StartLimitIntervalSec", spec.start_limit_interval->value);
    if (spec.start_limit_burst)
        section.add("StartLimitBurst", std::to_string(spec.start_limit_burst->value));
    add_verbatim(section, spec.unit_directives);
    add_service_section(unit, spec, plan, runtime, plan_path);
    return unit;
}

Unit scope_drop_in_for(const DeclaredContainer& container) {
    const ContainerSpec& spec = container.spec;
    Unit unit{scope_name(spec.name) + ".d/50-caisson.conf", {}};
    const bool is_scoped = !spec.placement || spec.placement->value == Placement::Scope;
    if (!is_scoped || spec.is_template || (spec.resources.empty() && spec.scope_directives.empty()))
        return unit;
    Section& scope = unit.section("Scope");
    add_limits(scope, spec);
    add_verbatim(scope, spec.scope_directives);
    return unit;
}

Unit failing_service_for(const Failure& failure, std::string_view runtime,
                         std::string_view report_path) {
    Unit unit{failure.service, {}};
    Section& section = unit.section("Unit");
    const bool is_gone = failure.definition.empty();
    section.add("Description", (failure.is_pod ? "Pod " : "Container ") + failure.name +
                                   " (its definition " + (is_gone ? "is gone)" : "has errors)"));
    section.add("Documentation", documentation);
    if (!is_gone)
        section.add("SourcePath", escape_specifiers(failure.definition));
    Section& service = unit.section("Service");
    service.add("Type", "oneshot");
    service.add("NotifyAccess", "main");
    service.add("ExecStart", quote_argument(escape_specifiers(runtime)) + " report " +
                                 quote_argument(escape_specifiers(report_path)));
    service.add("Restart", "no");
    const std::string instance = failure.name.ends_with("@") ? failure.name + "%i" : failure.name;
    // The container may still run, from before its definition went bad.
    const std::string command = quote_argument(escape_specifiers(runtime));
    service.add("ExecStopPost",
                command + (failure.is_pod ? " cleanup-pod " : " cleanup ") + instance);
    // As many as a sound one may have, or systemd would drop those of containers that run.
    if (failure.is_pod)
        service.add("FileDescriptorStoreMax", "3");
    service.add("SyslogIdentifier", instance);
    return unit;
}

std::vector<OutputFile> default_links_for(const std::string& service) {
    Links links(service);
    links.add(boot_target, ".wants", service);
    return std::move(links).take();
}

std::vector<OutputFile> links_for(const DeclaredContainer& container) {
    const ContainerSpec& spec = container.spec;
    const std::string& service = container.service;
    // What is started of a template is an instance; without one there is nothing to start.
    std::string started = spec.is_template ? std::string() : service;
    for (const NamedText& directive : spec.install_directives)
        if (directive.name == "DefaultInstance" && spec.is_template)
            started = service.substr(0, service.find('@') + 1) + directive.value + ".service";
    Links links(service);
    add_install_links(spec, started.empty() ? service : started, links);
    const bool is_started = !started.empty() && (!spec.autostart || spec.autostart->value);
    if (is_started && spec.wanted_by)
        for (const Text& target : spec.wanted_by->value)
            links.add(target.value, ".wants", started);
    // With sockets the first connection starts it.
    const std::string pod = spec.pod ? pod_slice(spec.pod->value) : std::string();
    const bool has_sockets = !spec.sockets.empty();
    if (is_started && !spec.wanted_by && !has_sockets)
        links.add(pod.empty() ? boot_target : pod, ".wants", started);
    std::vector<OutputFile> files = std::move(links).take();
    if (!is_started || !has_sockets)
        return files;
    Links of_socket(socket_name(service));
    of_socket.add(pod.empty() ? sockets_target : pod, ".wants", socket_name(started));
    for (OutputFile& file : std::move(of_socket).take())
        files.push_back(std::move(file));
    return files;
}

}  // namespace caisson
