// SPDX-License-Identifier: LGPL-2.1-or-later
// What caisson-runtime can do, a file each. None of them prints: main does.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "core/specifier.h"

namespace caisson {

// Builds the container of the plan at `path`, hands its first process to systemd, and returns.
Result<void> start(const std::string& path, const SpecifierValues& specifiers);

// Removes what the kernel does not remove by itself. Succeeds when there is nothing to remove.
Result<void> cleanup(const std::string& name);

// Makes the namespaces of a pod, "network,uts,ipc", and leaves them to systemd: they last until
// the service stops.
Result<void> make_pod(const std::string& shared, const std::string& name);

// Succeeds when there is nothing to remove.
Result<void> cleanup_pod(const std::string& name);

struct ExecRequest {
    std::string name;
    std::string user;  // empty: the payload's
    std::vector<std::string> command;
    bool terminal = true;  // it may have one of its own
};

// Runs a command in a running container and returns its exit status, 128 + N for signal N.
Result<int> exec(const ExecRequest& request);

// Has the payload of a running container reload what it serves, as its definition says. Returns the
// exit status of the command that does, or 0.
Result<int> reload(const std::string& name);

struct ProbeRequest {
    std::string name;
    int report = -1;  // where the companion is told how the command ended
};

// Runs the health check's command in a running container and returns its exit status, 128 + N for
// signal N. When this process dies, whatever that command has started in its session does, too.
Result<int> probe(const ProbeRequest& request);

// Waits until all of these containers are healthy. An error says which are not, when it has to end
// before that.
Result<void> await(const std::vector<std::string>& names);

// Prints the errors of a definition, as found by the generator, for the unit that stands for it.
Result<void> report(const std::string& path);

}  // namespace caisson
