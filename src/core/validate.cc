// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/validate.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
#include "core/directives.h"
#include "core/isolation.h"
#include "core/journal_field.h"
#include "core/keys.h"
#include "core/life.h"
#include "core/mount_spec.h"
#include "core/names.h"

namespace caisson {
namespace {

class Validation {
public:
    Validation(const ContainerSpec& spec, Diagnostics& diagnostics)
        : spec_(spec), diagnostics_(diagnostics) {}

    void identity() {
        check(spec_.unit_name, "container.unit_name", check_resource_name);
        check(spec_.slice, "container.slice", check_slice);
        if (spec_.wanted_by)
            check_all(spec_.wanted_by->value, "container.wanted_by", check_linked_unit);
        for (const Dependency& dependency : spec_.dependencies)
            if (has_unit_suffix(dependency.name))
                complain(dependency.at, "container." + std::string(key_of(dependency.kind)),
                         check_unit_name(dependency.name));
        template_autostart();
        contradicted_autostart();
        labels();
    }

    void root() {
        const RootSpec& root = spec_.root;
        // Its key has been complained about: a second complaint would only confuse.
        if (spec_.image_at)
            return;
        if (!spec_.root_at)
            complain_missing(spec_.at, "container.rootfs", "is missing");
        else if (root.directory && root.layers)
            complain(root.layers->at, "container.rootfs.layers",
                     "stands beside directory (" + format(root.directory->at) +
                         "); exactly one of them names the root");
        else if (!root.directory && !root.layers)
            complain_missing(*spec_.root_at, "container.rootfs", "must have directory or layers");
        check(root.directory, "container.rootfs.directory", check_absolute_path);
        if (!root.layers)
            return;
        if (root.layers->value.empty())
            complain(root.layers->at, "container.rootfs.layers", "must not be empty");
        check_all(root.layers->value, "container.rootfs.layers", check_absolute_path);
    }

    void payload() {
        command();
        check(spec_.working_directory, "container.working_directory", check_absolute_path);
        check(spec_.user, "container.user", check_user);
        if (spec_.groups)
            check_all(spec_.groups->value, "container.groups", check_group);
        check(spec_.hostname, "container.hostname", check_hostname);
        check(spec_.umask, "container.umask",
              [](std::string_view mode) { return check_file_mode(mode, 0777); });
        for (const NamedText& variable : spec_.environment)
            complain(variable.at, key_path("container.environment", variable.name),
                     check_variable_name(variable.name));
        if (!spec_.environment_files)
            return;
        for (const Text& file : spec_.environment_files->value) {
            std::string_view path = file.value;
            consume_prefix(path, "-");
            complain(file.at, "container.environment_file", check_absolute_path(path));
        }
    }

    void mounts() {
        std::map<std::string, Position> targets;
        for (const MountSpec& mount : spec_.mounts) {
            mount_source(mount);
            mount_target(mount, targets);
            mount_tmpfs(mount);
            mount_bind(mount);
            if (const auto wrong = check_mount_options(mount))
                diagnostics_.push_back(*wrong);
        }
    }

    void directives() {
        verbatim(UnitSection::Unit, "container.systemd.unit", spec_.unit_directives);
        verbatim(UnitSection::Service, "container.systemd.service", spec_.service_directives);
        verbatim(UnitSection::Scope, "container.systemd.scope", spec_.scope_directives);
        verbatim(UnitSection::Install, "container.systemd.install", spec_.install_directives);
        for (const NamedText& directive : spec_.install_directives)
            install(directive);
        if (!spec_.scope_directives.empty() && spec_.placement &&
            spec_.placement->value == Placement::Service)
            complain(spec_.scope_directives.front().at, "container.systemd.scope",
                     "has no scope to apply to: placement is \"service\" (" +
                         format(spec_.placement->at) + ")");
        // The scope of an instance has no drop-in: systemd looks for those of a name that is new
        // to it only when it reloads.
        else if (!spec_.scope_directives.empty() && spec_.is_template)
            complain(spec_.scope_directives.front().at, "container.systemd.scope",
                     "cannot reach the scopes of a template's instances; use container.resources");
    }

private:
    void complain(const Position& at, std::string key, Complaint message) {
        if (message)
            diagnostics_.push_back({at, std::move(key), std::move(*message)});
    }

    // A value that could not be read is not missing.
    void complain_missing(const Position& at, std::string_view key, std::string message) {
        const bool was_unreadable =
            std::any_of(diagnostics_.begin(), diagnostics_.end(),
                        [&](const Diagnostic& d) { return d.key.starts_with(key); });
        if (!was_unreadable)
            complain(at, std::string(key), std::move(message));
    }

    template <typename Check>
    void check(const Given<std::string>& text, std::string_view key, Check wrong) {
        if (text)
            complain(text->at, std::string(key), wrong(text->value));
    }

    template <typename Check>
    void check_all(const Texts& texts, std::string_view key, Check wrong) {
        for (const Text& text : texts)
            complain(text.at, std::string(key), wrong(text.value));
    }

    void template_autostart() {
        const bool has_default_instance =
            std::any_of(spec_.install_directives.begin(), spec_.install_directives.end(),
                        [](const NamedText& d) { return d.name == "DefaultInstance"; });
        if (!spec_.is_template || has_default_instance)
            return;
        const std::string hint = "a template has no instance to start at boot; name one in "
                                 "container.systemd.install.DefaultInstance";
        if (spec_.autostart && spec_.autostart->value)
            complain(spec_.autostart->at, "container.autostart", hint);
        if (spec_.wanted_by && !spec_.wanted_by->value.empty())
            complain(spec_.wanted_by->at, "container.wanted_by", hint);
    }

    void contradicted_autostart() {
        if (spec_.autostart && !spec_.autostart->value && spec_.wanted_by &&
            !spec_.wanted_by->value.empty())
            complain(spec_.autostart->at, "container.autostart",
                     "false contradicts wanted_by (" + format(spec_.wanted_by->at) +
                         "); leave out one of them");
    }

    void labels() {
        std::map<std::string, Position> fields;
        for (const NamedText& label : spec_.labels) {
            const std::string key = key_path("container.labels", label.name);
            complain(label.at, key, check_label_name(label.name));
            const auto [same, is_new] = fields.emplace(journal_field(label.name), label.at);
            if (!is_new)
                complain(label.at, key,
                         "is " + same->first + " in the journal, as the label at " +
                             format(same->second));
        }
    }

    void command() {
        // An init system is found in the root.
        if (!spec_.command && spec_.boot && spec_.boot->value)
            return;
        if (!spec_.command) {
            complain_missing(spec_.at, "container.command", "is missing");
            return;
        }
        const Texts& words = spec_.command->value;
        if (words.empty())
            complain(spec_.command->at, "container.command", "must not be empty");
        else if (words.front().value.empty())
            complain(words.front().at, "container.command", "the program must not be empty");
    }

    static bool is_tmpfs(const MountSpec& mount) {
        return mount.type && mount.type->value == MountType::Tmpfs;
    }

    void mount_source(const MountSpec& mount) {
        const std::string key = "container.mount.source";
        if (is_tmpfs(mount)) {
            if (mount.source)
                complain(mount.source->at, key, "a tmpfs has no source");
            if (mount.optional)
                complain(mount.optional->at, "container.mount.optional",
                         "a tmpfs has no source that could be missing");
            return;
        }
        if (!mount.source) {
            complain_missing(mount.at, key, "is missing");
            return;
        }
        // A relative one starts at the directory of the definition.
        const std::string& path = mount.source->value;
        const bool is_rooted = !path.empty() && (path[0] == '/' || path[0] == '%');
        if (path.empty())
            complain(mount.source->at, key, "must not be empty");
        else
            complain(mount.source->at, key, check_absolute_path(is_rooted ? path : "/" + path));
    }

    void mount_target(const MountSpec& mount, std::map<std::string, Position>& targets) {
        const std::string key = "container.mount.target";
        if (!mount.target) {
            complain_missing(mount.at, key, "is missing");
            return;
        }
        if (Complaint wrong = check_mount_target(mount.target->value)) {
            complain(mount.target->at, key, std::move(wrong));
            return;
        }
        const auto [same, is_new] =
            targets.emplace(normalised_path(mount.target->value), mount.target->at);
        if (!is_new)
            complain(mount.target->at, key,
                     quoted(same->first) + " is the target of another mount (" +
                         format(same->second) + ")");
    }

    void mount_bind(const MountSpec& mount) {
        check(mount.propagation, "container.mount.propagation", check_propagation);
        if (mount.recursive && is_tmpfs(mount))
            complain(mount.recursive->at, "container.mount.recursive",
                     "a tmpfs has nothing mounted below");
    }

    void mount_tmpfs(const MountSpec& mount) {
        if (!is_tmpfs(mount)) {
            if (mount.size)
                complain(mount.size->at, "container.mount.size", "is for a tmpfs");
            if (mount.mode)
                complain(mount.mode->at, "container.mount.mode", "is for a tmpfs");
            return;
        }
        if (mount.size && !tmpfs_size(mount.size->value))
            complain(mount.size->at, "container.mount.size",
                     quoted(mount.size->value) + " is not a size such as \"64M\" or \"10%\"");
        check(mount.mode, "container.mount.mode",
              [](std::string_view mode) { return check_file_mode(mode, 07777); });
    }

    void verbatim(UnitSection section, std::string_view path,
                  const std::vector<NamedText>& directives) {
        for (const NamedText& directive : directives) {
            const std::string key = key_path(path, directive.name);
            if (!is_directive_name(directive.name))
                complain(directive.at, key,
                         "is no directive: they begin with a capital letter, as in RestartSec");
            else
                complain(directive.at, key, explain_owned_directive(section, directive.name));
        }
    }

    void install(const NamedText& directive) {
        const std::string key = key_path("container.systemd.install", directive.name);
        if (directive.name == "DefaultInstance") {
            if (!spec_.is_template)
                complain(directive.at, key, "is for a template");
            else if (check_linked_unit("x@" + directive.value + ".service") ||
                     directive.value.empty())
                complain(directive.at, key, quoted(directive.value) + " is no instance");
            return;
        }
        for (const std::string_view unit : split(directive.value, ' ')) {
            if (unit.empty())
                continue;
            complain(directive.at, key, check_linked_unit(unit));
            const bool is_alias = directive.name == "Alias";
            if (is_alias && !unit.ends_with(".service"))
                complain(directive.at, key, quoted(unit) + " must end in \".service\"");
            if (is_alias && unit.ends_with("@.service") != spec_.is_template)
                complain(directive.at, key, "a template has templates as aliases, and only it");
        }
    }

    const ContainerSpec& spec_;
    Diagnostics& diagnostics_;
};

}  // namespace

void validate(const ContainerSpec& spec, Diagnostics& diagnostics) {
    Validation validation(spec, diagnostics);
    validation.identity();
    validation.root();
    validation.payload();
    validation.mounts();
    validation.directives();
    validate_isolation(spec, diagnostics);
    validate_life(spec, diagnostics);
}

}  // namespace caisson
