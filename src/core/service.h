// SPDX-License-Identifier: LGPL-2.1-or-later
// What systemd is told about a container: its service, the drop-in of its scope, and the links
// that start it. Only directives that systemd 252 knows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/compile.h"
#include "core/graph.h"
#include "core/unit.h"

namespace caisson {

// `plan_path` is absolute.
Unit service_for(const DeclaredContainer& container, const Plan& plan, std::string_view runtime,
                 std::string_view plan_path);

// The limits of the transient scope, for systemd to apply; without sections when there are none.
// A template has none: it would have to be named after each instance.
Unit scope_drop_in_for(const DeclaredContainer& container);

// Stands in for a service whose definition has errors, or is gone while the container runs:
// starting it fails and says so.
struct Failure {
    std::string name;  // of the container
    std::string service;
    std::string definition;  // path; empty: there is none any more
    bool is_pod = false;     // of a pod: there is no container to clean up
};
Unit failing_service_for(const Failure& failure, std::string_view runtime,
                         std::string_view report_path);

// TARGET.wants/NAME.service and their kin.
std::vector<OutputFile> links_for(const DeclaredContainer& container);

// What a service has that is started at boot, where nothing better is known.
std::vector<OutputFile> default_links_for(const std::string& service);

}  // namespace caisson
