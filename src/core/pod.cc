// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/pod.h"

#include <algorithm>

#include "base/text.h"
#include "core/keys.h"
#include "core/reading.h"

namespace caisson {
namespace {

struct Share {
    std::string_view name;
    Given<Namespace> NamespacesSpec::*field;
};

constexpr Share shares[] = {
    {"network", &NamespacesSpec::network},
    {"uts", &NamespacesSpec::uts},
    {"ipc", &NamespacesSpec::ipc},
};

const PodSpec* find_pod(const std::vector<DeclaredPod>& pods, std::string_view name) {
    for (const DeclaredPod& pod : pods)
        if (pod.spec.name == name)
            return &pod.spec;
    return nullptr;
}

std::string explain_unknown(std::string_view name, const std::vector<DeclaredPod>& pods) {
    std::vector<std::string_view> names;
    for (const DeclaredPod& pod : pods)
        names.push_back(pod.spec.name);
    std::string message = "no pod is named " + quoted(name);
    if (const std::optional<std::string_view> nearest = find_nearest(name, names))
        message += "; did you mean " + quoted(*nearest) + "?";
    return message;
}

Complaint check_share(std::string_view name) {
    if (name == "pid")
        return "\"pid\" is not implemented yet";
    for (const Share& share : shares)
        if (share.name == name)
            return std::nullopt;
    return quoted(name) + " is none of \"network\", \"ipc\", \"uts\"";
}

void add_head(Section& section, std::string_view description, const PodSpec& pod) {
    section.add("Description", description);
    section.add("Documentation", "man:caisson.toml(5)");
    section.add("SourcePath", escape_specifiers(pod.definition));
}

}  // namespace

std::string pod_slice(std::string_view name) {
    return "caisson-" + std::string(name) + ".slice";
}

std::string pod_service(std::string_view name) {
    return std::string(name) + "-pod.service";
}

PodSpec parse_pod(const Resource& resource, const SourceFile& source, Diagnostics& diagnostics) {
    PodSpec pod;
    pod.name = resource.name;
    pod.definition = source.path;
    pod.at = resource.at;
    ContainerSpec limits;
    Reading reading{.spec = limits, .diagnostics = diagnostics, .pod = &pod};
    const Key& key = *find_key(keys_of(""), "pod");
    read_members(reading, key.name, key, resource.table);
    return pod;
}

void validate(const PodSpec& spec, Diagnostics& diagnostics) {
    const auto complain = [&](const Position& at, const char* key, Complaint message) {
        if (message)
            diagnostics.push_back({at, key, std::move(*message)});
    };
    if (spec.name.ends_with("@"))
        complain(spec.at, "pod", "a pod has no instances: the name of its file must have no \"@\"");
    if (spec.share)
        for (const Text& name : spec.share->value)
            complain(name.at, "pod.share", check_share(name.value));
}

std::vector<std::string_view> shared_namespaces(const PodSpec& spec) {
    std::vector<std::string_view> names;
    for (const Share& share : shares) {
        const auto is_it = [&](const Text& name) { return name.value == share.name; };
        if (!spec.share || std::any_of(spec.share->value.begin(), spec.share->value.end(), is_it))
            names.push_back(share.name);
    }
    return names;
}

void join_pod(ContainerSpec& container, const std::vector<DeclaredPod>& pods,
              Diagnostics& diagnostics) {
    if (!container.pod)
        return;
    const Position& at = container.pod->at;
    const PodSpec* pod = find_pod(pods, container.pod->value);
    if (pod == nullptr) {
        diagnostics.push_back({at, "container.pod", explain_unknown(container.pod->value, pods)});
        return;
    }
    if (container.slice)
        diagnostics.push_back(
            {container.slice->at, "container.slice", "is that of the pod (" + format(at) + ")"});
    container.slice = Text{pod_slice(pod->name), at};
    for (const DependencyKind kind : {DependencyKind::After, DependencyKind::BindsTo})
        container.dependencies.push_back({kind, pod->name, at, "pod"});
    const std::vector<std::string_view> shared = shared_namespaces(*pod);
    for (const Share& share : shares) {
        Given<Namespace>& own = container.namespaces.*share.field;
        const bool is_asked_otherwise = own || (share.name == "network" && container.network);
        if (!is_asked_otherwise &&
            std::find(shared.begin(), shared.end(), share.name) != shared.end())
            own = Located<Namespace>{{NamespaceMode::Pod, pod->name}, at};
    }
}

Unit slice_for(const PodSpec& pod) {
    Unit unit{pod_slice(pod.name), {}};
    const bool is_described = pod.description && !pod.description->value.empty();
    add_head(unit.section("Unit"), is_described ? pod.description->value : "Pod " + pod.name, pod);
    if (!pod.resources.empty()) {
        Section& slice = unit.section("Slice");
        for (const ResourceSetting& setting : pod.resources)
            slice.add(setting.directive, setting.value);
    }
    return unit;
}

Unit service_for(const PodSpec& pod, std::string_view runtime) {
    Unit unit{pod_service(pod.name), {}};
    const std::vector<std::string_view> shared = shared_namespaces(pod);
    if (shared.empty())
        return unit;
    add_head(unit.section("Unit"), "Namespaces of pod " + pod.name, pod);
    Section& service = unit.section("Service");
    const std::string command = quote_argument(escape_specifiers(runtime));
    service.add("Type", "oneshot");
    service.add("RemainAfterExit", "yes");
    service.add("NotifyAccess", "main");
    service.add("FileDescriptorStoreMax", std::to_string(std::size(shares)));
    service.add("ExecStart", command + " pod " + join(shared, ",") + " " + pod.name);
    service.add("ExecStopPost", command + " cleanup-pod " + pod.name);
    service.add("Slice", pod_slice(pod.name));
    service.add("SyslogIdentifier", pod.name);
    return unit;
}

}  // namespace caisson
