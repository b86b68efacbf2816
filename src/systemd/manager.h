// SPDX-License-Identifier: LGPL-2.1-or-later
// What systemd says about units and what it is asked to do with them: org.freedesktop.systemd1(5)
// reduced to the operations that caissonctl needs. Abstract so that a test can stand in for
// systemd; it decides nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "systemd/properties.h"

namespace caisson {

// What systemd or the bus answered instead of doing it. Callers branch on the name.
struct BusError {
    std::string name;  // "org.freedesktop.systemd1.NoSuchUnit"
    std::string message;
};

struct UnitStatus {
    std::string name;
    std::string load_state;    // "loaded", "not-found", "bad-setting", ...
    std::string active_state;  // "active", "failed", ...
    std::string sub_state;     // "running", "auto-restart", ...
};

enum class UnitInterface { Unit, Service, Scope };

struct PropertyQuery {
    std::string unit;
    UnitInterface interface = UnitInterface::Unit;
    std::string property;  // empty: all of the interface
};

using UnitProperties = std::map<std::string, Properties, std::less<>>;

enum class JobType { Start, Stop, Restart, Reload };

struct JobOutcome {
    std::string unit;
    std::string result;               // "done", "failed", "dependency", "timeout", "canceled", ...
    std::optional<BusError> refused;  // then there was no job
};

enum class KillWhom { Main, All };

class Manager {
public:
    virtual ~Manager() = default;

    // The loaded units whose names match one of the patterns, in one round trip. systemd compares
    // every unit with every pattern: ask for few patterns.
    virtual Result<std::vector<UnitStatus>>
    list_units(const std::vector<std::string>& patterns) = 0;

    // Asks all queries at once and collects the answers, by unit. What does not exist is left out.
    virtual Result<UnitProperties> properties(const std::vector<PropertyQuery>& queries) = 0;

    // Queues a job for every unit and waits until all have ended.
    virtual Result<std::vector<JobOutcome>> run_jobs(JobType type,
                                                     const std::vector<std::string>& units) = 0;

    virtual Result<std::optional<BusError>> kill_unit(const std::string& unit, KillWhom whom,
                                                      int signal) = 0;
};

// systemd as PID 1 of this system: for root on its private socket, which needs no bus daemon,
// otherwise on the system bus.
Result<std::unique_ptr<Manager>> connect_to_systemd();

}  // namespace caisson
