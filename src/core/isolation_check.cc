// SPDX-License-Identifier: LGPL-2.1-or-later
// What is wrong with the walls that a definition asks for.
#include <algorithm>

#include "core/capability.h"
#include "core/isolation.h"
#include "core/keys.h"
#include "core/mount_spec.h"
#include "core/plan_words.h"
#include "core/sysctl.h"

namespace caisson {
namespace {

Complaint check_syscall_name(std::string_view name) {
    const bool is_name = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    return is_name ? std::nullopt : Complaint(quoted(name) + " is no name of a system call");
}

Complaint check_timezone(std::string_view zone) {
    const bool is_plain = !zone.empty() && std::all_of(zone.begin(), zone.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("_-+/").find(c) != std::string_view::npos;
    });
    if (is_plain && zone.front() != '/' && zone.back() != '/')
        return std::nullopt;
    return quoted(zone) + " is no time zone such as \"Europe/Berlin\"";
}

class Validation {
public:
    Validation(const ContainerSpec& spec, Diagnostics& diagnostics)
        : spec_(spec), namespaces_(namespaces_of(spec)), diagnostics_(diagnostics) {}

    void namespaces() {
        const NamespacesSpec& asked = spec_.namespaces;
        if (spec_.network && asked.network && asked.network->value.mode != spec_.network->value)
            complain(asked.network->at, "container.namespaces.network",
                     "contradicts network.mode (" + format(spec_.network->at) + ")");
        for (const auto& [given, key] :
             {std::pair{&asked.pid, "pid"}, std::pair{&asked.network, "network"},
              std::pair{&asked.uts, "uts"}, std::pair{&asked.ipc, "ipc"},
              std::pair{&asked.cgroup, "cgroup"}, std::pair{&asked.time, "time"}})
            if (*given)
                target(**given, key_path("container.namespaces", key));
        for (const Given<std::int64_t>* offset : {&asked.monotonic, &asked.boottime})
            if (*offset && namespaces_.time.mode != NamespaceMode::Private)
                complain((*offset)->at, "container.namespaces.time_offset",
                         needs("time", "namespaces.time", asked.time));
        if (spec_.hostname && namespaces_.uts.mode != NamespaceMode::Private)
            complain(spec_.hostname->at, "container.hostname",
                     needs("UTS", "namespaces.uts", asked.uts));
    }

    void user_namespace() {
        const UserNamespaceSpec& asked = spec_.user_namespace;
        const std::string section = "container.user_namespace.";
        if (user_namespace_mode(spec_) != UserNamespaceMode::Range) {
            if (asked.base)
                complain(asked.base->at, section + "base", "is for mode = \"range\"");
            if (asked.size)
                complain(asked.size->at, section + "size", "is for mode = \"range\"");
        } else if (!asked.base) {
            complain(asked.mode->at, section + "base", "is missing");
        } else if (asked.base->value + (asked.size ? asked.size->value : 65536) > UINT32_MAX) {
            complain(asked.base->at, section + "base", "the range ends above 4294967294");
        }
    }

    void security() {
        const SecuritySpec& asked = spec_.security;
        if (asked.add_capabilities && asked.drop_capabilities)
            capabilities(asked.add_capabilities->value, asked.drop_capabilities->value);
        seccomp();
        paths(asked.masked_paths, "masked_paths");
        paths(asked.read_only_paths, "read_only_paths");
        if (asked.unmask)
            for (const Text& path : asked.unmask->value)
                unmask(path);
        labels();
        sysctls();
    }

    void devices() {
        std::vector<std::string> targets;
        for (const DeviceSpec& device : spec_.devices) {
            if (!device.path) {
                complain(device.at, "container.device.path", "is missing");
                continue;
            }
            Complaint wrong_path = check_device_path(device.path->value);
            const bool is_path_wrong = wrong_path.has_value();
            complain(device.path->at, "container.device.path", std::move(wrong_path));
            if (is_path_wrong && !device.target)
                continue;
            const Text& target = device.target ? *device.target : *device.path;
            if (Complaint wrong = check_device_target(target.value))
                complain(target.at,
                         device.target ? "container.device.target" : "container.device.path",
                         std::move(wrong));
            else if (contains(targets, normalised_path(target.value)))
                complain(target.at, "container.device.target",
                         quoted(target.value) + " is the target of another device");
            targets.push_back(normalised_path(target.value));
            if (device.permissions)
                permissions(*device.permissions);
        }
    }

    void init() {
        if (spec_.timezone)
            complain(spec_.timezone->at, "container.timezone",
                     check_timezone(spec_.timezone->value));
        if (is_set(spec_.init) && namespaces_.pid.mode != NamespaceMode::Private)
            complain(spec_.init->at, "container.init",
                     needs("PID", "namespaces.pid", spec_.namespaces.pid));
        if (!is_set(spec_.boot))
            return;
        const Position& at = spec_.boot->at;
        const std::string key = "container.boot";
        if (is_set(spec_.init))
            complain(at, key, "stands beside init; an init system is one already");
        if (user_namespace_mode(spec_) == UserNamespaceMode::Host)
            complain(at, key,
                     "needs a user namespace: the capabilities of an init system would be those of "
                     "the host's root");
        if (spec_.user && spec_.user->value != "0" && spec_.user->value != "root")
            complain(spec_.user->at, "container.user", "an init system runs as root");
        if (namespaces_.pid.mode != NamespaceMode::Private)
            complain(at, key, needs("PID", "namespaces.pid", spec_.namespaces.pid));
        if (namespaces_.cgroup.mode != NamespaceMode::Private)
            complain(at, key, needs("cgroup", "namespaces.cgroup", spec_.namespaces.cgroup));
    }

private:
    void complain(const Position& at, std::string key, Complaint message) {
        if (message)
            diagnostics_.push_back({at, std::move(key), std::move(*message)});
    }

    static std::string needs(std::string_view kind, std::string_view key,
                             const Given<Namespace>& given) {
        std::string text = "needs a ";
        text.append(kind).append(" namespace of its own; ").append(key).append(" is another");
        return given ? text + " (" + format(given->at) + ")" : text;
    }

    void target(const Located<Namespace>& given, const std::string& key) {
        const Namespace& one = given.value;
        if (one.mode == NamespaceMode::Path)
            complain(given.at, key, check_absolute_path(one.target));
        if (one.mode == NamespaceMode::Container && one.target == spec_.name)
            complain(given.at, key, "is this container itself");
    }

    void capabilities(const Texts& add, const Texts& drop) {
        for (const Text& added : add)
            for (const Text& dropped : drop)
                if (added.value == dropped.value)
                    complain(dropped.at, "container.security.capabilities.drop",
                             quoted(dropped.value) + " is added, too (" + format(added.at) + ")");
    }

    void seccomp() {
        const SecuritySpec& asked = spec_.security;
        const std::string section = "container.security.";
        const bool is_word = !asked.seccomp || asked.seccomp->value == "default" ||
                             asked.seccomp->value == "unconfined";
        if (!is_word && !asked.seccomp->value.starts_with("/"))
            complain(asked.seccomp->at, section + "seccomp",
                     quoted(asked.seccomp->value) +
                         " is none of \"default\", \"unconfined\" and an absolute path");
        else if (!is_word)
            complain(asked.seccomp->at, section + "seccomp",
                     check_absolute_path(asked.seccomp->value));
        for (const auto& [list, key] : {std::pair{&asked.seccomp_allow, "seccomp_allow"},
                                        std::pair{&asked.seccomp_deny, "seccomp_deny"}})
            if (*list)
                for (const Text& name : (*list)->value)
                    complain(name.at, section + key, check_syscall_name(name.value));
        if (asked.seccomp_allow && asked.seccomp && asked.seccomp->value == "unconfined")
            complain(asked.seccomp_allow->at, section + "seccomp_allow",
                     "has nothing to allow: seccomp is \"unconfined\" (" +
                         format(asked.seccomp->at) + ")");
        if (asked.seccomp_allow && asked.seccomp_deny)
            for (const Text& allowed : asked.seccomp_allow->value)
                for (const Text& denied : asked.seccomp_deny->value)
                    if (allowed.value == denied.value)
                        complain(denied.at, section + "seccomp_deny",
                                 quoted(denied.value) + " is allowed, too (" + format(allowed.at) +
                                     ")");
    }

    void paths(const Given<Texts>& given, std::string_view key) {
        if (given)
            for (const Text& path : given->value)
                complain(path.at, "container.security." + std::string(key),
                         check_absolute_path(path.value));
    }

    void unmask(const Text& text) {
        const std::string path = normalised_path(text.value);
        const bool is_masked = contains(default_masked_paths(), path);
        const bool is_read_only = contains(default_read_only_paths(), path);
        if (!is_masked && !is_read_only)
            complain(text.at, "container.security.unmask",
                     quoted(text.value) + " is neither masked nor read-only by default");
        const SecuritySpec& asked = spec_.security;
        for (const Given<Texts>* given : {is_masked ? &asked.masked_paths : nullptr,
                                          is_read_only ? &asked.read_only_paths : nullptr})
            if (given != nullptr && *given)
                for (const Text& other : (*given)->value)
                    if (normalised_path(other.value) == path)
                        complain(text.at, "container.security.unmask",
                                 quoted(text.value) + " is put back, too (" + format(other.at) +
                                     ")");
    }

    void labels() {
        const SecuritySpec& asked = spec_.security;
        for (const auto& [label, key] :
             {std::pair{&asked.apparmor_profile, "apparmor_profile"},
              std::pair{&asked.selinux_label, "selinux_label"},
              std::pair{&asked.selinux_mount_label, "selinux_mount_label"}})
            if (*label && (*label)->value.empty())
                complain((*label)->at, key_path("container.security", key), "must not be empty");
    }

    void sysctls() {
        const std::vector<NamedText>& asked = spec_.security.sysctls;
        for (std::size_t i = 0; i < asked.size(); ++i) {
            const NamedText& one = asked[i];
            const std::string key = key_path("container.security.sysctl", one.name);
            complain(one.at, key, check_sysctl(one.name, one.value, namespaces_));
            for (std::size_t j = 0; j < i; ++j)
                if (sysctl_path(asked[j].name) == sysctl_path(one.name))
                    complain(one.at, key, "is set twice (" + format(asked[j].at) + ")");
        }
    }

    // DeviceAllow= takes nothing else (systemd.resource-control(5)), and has words.
    static Complaint check_device_path(const std::string& path) {
        if (Complaint wrong = check_absolute_path(path))
            return wrong;
        if (!normalised_path(path).starts_with("/dev/"))
            return quoted(path) + " is not below /dev";
        if (path.find_first_of(" \t\"'\\*?[") != std::string::npos)
            return quoted(path) + " must not have spaces, quotes or wildcards in it";
        return std::nullopt;
    }

    static Complaint check_device_target(const std::string& target) {
        if (Complaint wrong = check_absolute_path(target))
            return wrong;
        const std::string path = normalised_path(target);
        if (!path.starts_with("/dev/") && !path.starts_with("/dev%"))
            return quoted(target) + " is not below /dev";
        for (const std::string_view standard :
             {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty",
              "/dev/ptmx", "/dev/console", "/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr",
              "/dev/pts", "/dev/shm", "/dev/mqueue"})
            if (path == standard)
                return quoted(target) + " is there in every container";
        for (const std::string_view mounted : {"/dev/pts/", "/dev/shm/", "/dev/mqueue/"})
            if (path.starts_with(mounted))
                return quoted(target) + " is in a file system of its own";
        return std::nullopt;
    }

    void permissions(const Text& text) {
        std::string sorted = text.value;
        std::sort(sorted.begin(), sorted.end());
        const bool is_valid = !sorted.empty() &&
                              sorted.find_first_not_of("mrw") == std::string::npos &&
                              std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
        if (!is_valid)
            complain(text.at, "container.device.permissions",
                     quoted(text.value) + " is no combination of \"r\", \"w\" and \"m\"");
    }

    const ContainerSpec& spec_;
    const Namespaces namespaces_;
    Diagnostics& diagnostics_;
};

}  // namespace

void validate_isolation(const ContainerSpec& spec, Diagnostics& diagnostics) {
    Validation validation(spec, diagnostics);
    validation.namespaces();
    validation.user_namespace();
    validation.security();
    validation.devices();
    validation.init();
}

}  // namespace caisson
