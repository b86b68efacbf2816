// SPDX-License-Identifier: LGPL-2.1-or-later
#include "systemd/manager.h"

#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/scope_exit.h"

namespace caisson {
namespace {

using Bus = std::unique_ptr<sd_bus, Releases<sd_bus_flush_close_unref>>;
using Slot = std::unique_ptr<sd_bus_slot, Releases<sd_bus_slot_unref>>;
using Message = std::unique_ptr<sd_bus_message, Releases<sd_bus_message_unref>>;

constexpr const char* service = "org.freedesktop.systemd1";
constexpr const char* manager_path = "/org/freedesktop/systemd1";
constexpr const char* manager_interface = "org.freedesktop.systemd1.Manager";
constexpr const char* properties_interface = "org.freedesktop.DBus.Properties";

// dbus-daemon refuses more than 128 calls that wait for their replies (max_replies_per_connection).
constexpr std::size_t most_in_flight = 100;

struct BusErrorBuffer {
    sd_bus_error error{};

    BusErrorBuffer() = default;
    BusErrorBuffer(const BusErrorBuffer&) = delete;
    BusErrorBuffer& operator=(const BusErrorBuffer&) = delete;
    ~BusErrorBuffer() { sd_bus_error_free(&error); }
};

Error bus_failure(std::string_view what, int result, const sd_bus_error* error = nullptr) {
    if (error == nullptr || error->message == nullptr)
        return sys_error(what, {}, -result);
    return Error{-result, std::string(what) + ": " + error->message};
}

BusError to_bus_error(const sd_bus_error& error) {
    return {error.name != nullptr ? error.name : "", error.message != nullptr ? error.message : ""};
}

const char* interface_name(UnitInterface interface) {
    switch (interface) {
    case UnitInterface::Unit:
        return "org.freedesktop.systemd1.Unit";
    case UnitInterface::Service:
        return "org.freedesktop.systemd1.Service";
    case UnitInterface::Scope:
        return "org.freedesktop.systemd1.Scope";
    }
    return "";
}

const char* method_name(JobType type) {
    switch (type) {
    case JobType::Start:
        return "StartUnit";
    case JobType::Stop:
        return "StopUnit";
    case JobType::Restart:
        return "RestartUnit";
    case JobType::Reload:
        return "ReloadUnit";
    }
    return "";
}

Result<std::string> unit_path(const std::string& unit) {
    char* encoded = nullptr;
    const int result = sd_bus_path_encode("/org/freedesktop/systemd1/unit", unit.c_str(), &encoded);
    if (result < 0)
        return sys_error("encode unit name", unit, -result);
    const std::unique_ptr<char, Releases<std::free>> owned(encoded);
    return std::string(encoded);
}

// One asynchronous call: what is to be done with its reply.
struct Call {
    Slot slot{};  // its end is that of the call: no reply reaches a Call that is gone
    std::size_t* in_flight = nullptr;
    std::optional<Error>* failure = nullptr;
    std::function<int(sd_bus_message*)> on_reply;
    std::function<bool(const BusError&)> on_refusal;  // false: everything fails
};

int on_answer(sd_bus_message* reply, void* userdata, sd_bus_error*) {
    Call& call = *static_cast<Call*>(userdata);
    --*call.in_flight;
    if (const sd_bus_error* error = sd_bus_message_get_error(reply); error != nullptr) {
        if (!call.on_refusal(to_bus_error(*error)))
            *call.failure = bus_failure("ask systemd", -sd_bus_error_get_errno(error), error);
        return 0;
    }
    if (const int result = call.on_reply(reply); result < 0)
        *call.failure = bus_failure("read systemd's answer", result);
    return 0;
}

class SystemdManager final : public Manager {
public:
    explicit SystemdManager(Bus bus) : bus_(std::move(bus)) {}

    Result<std::vector<UnitStatus>> list_units(const std::vector<std::string>& patterns) override;
    Result<UnitProperties> properties(const std::vector<PropertyQuery>& queries) override;
    Result<std::vector<JobOutcome>> run_jobs(JobType type,
                                             const std::vector<std::string>& units) override;
    Result<std::optional<BusError>> kill_unit(const std::string& unit, KillWhom whom,
                                              int signal) override;

private:
    Result<Message> method_call(const std::string& path, const char* interface, const char* method);
    Result<void> dispatch();
    Result<void> call_all(std::vector<Call>& calls,
                          const std::function<Result<Message>(std::size_t)>& message_of);
    Result<void> watch_jobs();
    static int on_job_removed(sd_bus_message* signal, void* userdata, sd_bus_error*);

    Bus bus_;
    std::map<std::string, std::string> ended_jobs_;  // by object path
    bool watches_jobs_ = false;
};

Result<Message> SystemdManager::method_call(const std::string& path, const char* interface,
                                            const char* method) {
    sd_bus_message* message = nullptr;
    const int result = sd_bus_message_new_method_call(bus_.get(), &message, service, path.c_str(),
                                                      interface, method);
    if (result < 0)
        return bus_failure("make a D-Bus message", result);
    return Message(message);
}

// Handles one message that has come, or waits for the next.
Result<void> SystemdManager::dispatch() {
    int result = sd_bus_process(bus_.get(), nullptr);
    if (result == 0)
        result = sd_bus_wait(bus_.get(), UINT64_MAX);
    if (result < 0 && result != -EINTR)
        return bus_failure("talk to systemd over D-Bus", result);
    return {};
}

Result<void>
SystemdManager::call_all(std::vector<Call>& calls,
                         const std::function<Result<Message>(std::size_t)>& message_of) {
    std::size_t in_flight = 0;
    std::optional<Error> failure;
    std::size_t next = 0;
    while (next < calls.size() || in_flight > 0) {
        for (; next < calls.size() && in_flight < most_in_flight; ++next, ++in_flight) {
            calls[next].in_flight = &in_flight;
            calls[next].failure = &failure;
            const Message message = TRY(message_of(next));
            sd_bus_slot* slot = nullptr;
            const int result =
                sd_bus_call_async(bus_.get(), &slot, message.get(), on_answer, &calls[next], 0);
            calls[next].slot.reset(slot);
            if (result < 0)
                return bus_failure("talk to systemd over D-Bus", result);
        }
        TRY(dispatch());
        if (failure)
            return std::move(*failure);
    }
    return {};
}

Result<std::vector<UnitStatus>>
SystemdManager::list_units(const std::vector<std::string>& patterns) {
    const Message call = TRY(method_call(manager_path, manager_interface, "ListUnitsByPatterns"));
    std::vector<char*> strings;
    for (const std::string& pattern : patterns)
        strings.push_back(const_cast<char*>(pattern.c_str()));
    strings.push_back(nullptr);
    int result = sd_bus_message_append_strv(call.get(), nullptr);
    if (result >= 0)
        result = sd_bus_message_append_strv(call.get(), strings.data());
    if (result < 0)
        return bus_failure("make a D-Bus message", result);

    BusErrorBuffer refused;
    sd_bus_message* reply = nullptr;
    result = sd_bus_call(bus_.get(), call.get(), 0, &refused.error, &reply);
    const Message owned(reply);
    if (result < 0)
        return bus_failure("ask systemd for its units", result, &refused.error);

    std::vector<UnitStatus> units;
    const char *name, *description, *load, *active, *sub, *following, *path, *job, *job_path;
    std::uint32_t job_id = 0;
    result = sd_bus_message_enter_container(reply, 'a', "(ssssssouso)");
    while (result >= 0 &&
           (result = sd_bus_message_read(reply, "(ssssssouso)", &name, &description, &load, &active,
                                         &sub, &following, &path, &job_id, &job, &job_path)) > 0)
        units.push_back({name, load, active, sub});
    if (result < 0)
        return bus_failure("read systemd's answer", result);
    return units;
}

Result<UnitProperties> SystemdManager::properties(const std::vector<PropertyQuery>& queries) {
    UnitProperties found;
    std::vector<Call> calls;
    for (const PropertyQuery& query : queries) {
        calls.push_back({.on_reply =
                             [&found, &query](sd_bus_message* reply) {
                                 Properties& properties = found[query.unit];
                                 return query.property.empty()
                                            ? read_dictionary(reply, properties)
                                            : read_variant(reply, query.property.c_str(),
                                                           properties);
                             },
                         .on_refusal =
                             [](const BusError& error) {
                                 return error.name != SD_BUS_ERROR_NO_REPLY &&
                                        error.name != SD_BUS_ERROR_TIMEOUT &&
                                        error.name != SD_BUS_ERROR_DISCONNECTED;
                             }});
    }
    const auto message_of = [&](std::size_t index) -> Result<Message> {
        const PropertyQuery& query = queries[index];
        const bool all = query.property.empty();
        const std::string path = TRY(unit_path(query.unit));
        Message message = TRY(method_call(path, properties_interface, all ? "GetAll" : "Get"));
        const char* interface = interface_name(query.interface);
        const int result =
            all ? sd_bus_message_append(message.get(), "s", interface)
                : sd_bus_message_append(message.get(), "ss", interface, query.property.c_str());
        if (result < 0)
            return bus_failure("make a D-Bus message", result);
        return message;
    };
    TRY(call_all(calls, message_of));
    return found;
}

int SystemdManager::on_job_removed(sd_bus_message* signal, void* userdata, sd_bus_error*) {
    std::uint32_t id = 0;
    const char *job = nullptr, *unit = nullptr, *outcome = nullptr;
    if (sd_bus_message_read(signal, "uoss", &id, &job, &unit, &outcome) >= 0)
        static_cast<SystemdManager*>(userdata)->ended_jobs_[job] = outcome;
    return 0;
}

// systemd sends signals only to those who asked; before any job, so that none is missed.
Result<void> SystemdManager::watch_jobs() {
    if (watches_jobs_)
        return {};
    int result = sd_bus_match_signal(bus_.get(), nullptr, service, manager_path, manager_interface,
                                     "JobRemoved", on_job_removed, this);
    if (result < 0)
        return bus_failure("wait for systemd's jobs", result);
    BusErrorBuffer refused;
    result = sd_bus_call_method(bus_.get(), service, manager_path, manager_interface, "Subscribe",
                                &refused.error, nullptr, nullptr);
    if (result < 0)
        return bus_failure("subscribe to systemd's signals", result, &refused.error);
    watches_jobs_ = true;
    return {};
}

Result<std::vector<JobOutcome>> SystemdManager::run_jobs(JobType type,
                                                         const std::vector<std::string>& units) {
    TRY(watch_jobs());
    std::vector<JobOutcome> outcomes;
    for (const std::string& unit : units)
        outcomes.push_back({unit, {}, {}});
    std::map<std::size_t, std::string> jobs;  // object paths by index
    std::vector<Call> calls;
    for (std::size_t index = 0; index < units.size(); ++index) {
        calls.push_back({.on_reply =
                             [&jobs, index](sd_bus_message* reply) {
                                 const char* path = "";
                                 const int result = sd_bus_message_read(reply, "o", &path);
                                 jobs[index] = path;
                                 return result;
                             },
                         .on_refusal =
                             [&outcomes, index](const BusError& error) {
                                 outcomes[index].refused = error;
                                 return true;
                             }});
    }
    const auto message_of = [&](std::size_t index) -> Result<Message> {
        Message message = TRY(method_call(manager_path, manager_interface, method_name(type)));
        int result = sd_bus_message_append(message.get(), "ss", units[index].c_str(), "replace");
        if (result >= 0)
            result = sd_bus_message_set_allow_interactive_authorization(message.get(), true);
        if (result < 0)
            return bus_failure("make a D-Bus message", result);
        return message;
    };
    TRY(call_all(calls, message_of));
    for (const auto& [index, path] : jobs) {
        while (!ended_jobs_.contains(path))
            TRY(dispatch());
        outcomes[index].result = ended_jobs_[path];
    }
    return outcomes;
}

Result<std::optional<BusError>> SystemdManager::kill_unit(const std::string& unit, KillWhom whom,
                                                          int signal) {
    const Message call = TRY(method_call(manager_path, manager_interface, "KillUnit"));
    int result = sd_bus_message_append(call.get(), "ssi", unit.c_str(),
                                       whom == KillWhom::Main ? "main" : "all", signal);
    if (result >= 0)
        result = sd_bus_message_set_allow_interactive_authorization(call.get(), true);
    if (result < 0)
        return bus_failure("make a D-Bus message", result);
    BusErrorBuffer refused;
    result = sd_bus_call(bus_.get(), call.get(), 0, &refused.error, nullptr);
    if (result < 0 && refused.error.name != nullptr)
        return std::optional(to_bus_error(refused.error));
    if (result < 0)
        return bus_failure("send a signal to " + unit, result);
    return std::optional<BusError>();
}

Bus connect_privately() {
    sd_bus* bus = nullptr;
    if (::geteuid() != 0 || sd_bus_new(&bus) < 0)
        return nullptr;
    Bus owned(bus);
    if (sd_bus_set_address(bus, "unix:path=/run/systemd/private") < 0 || sd_bus_start(bus) < 0)
        return nullptr;
    return owned;
}

}  // namespace

Result<std::unique_ptr<Manager>> connect_to_systemd() {
    if (sd_booted() <= 0)
        return plain_error("this system was not booted with systemd, so nothing can run here; "
                           "'check' and 'show' work without it");
    if (Bus bus = connect_privately())
        return std::unique_ptr<Manager>(std::make_unique<SystemdManager>(std::move(bus)));
    sd_bus* bus = nullptr;
    if (const int result = sd_bus_open_system(&bus); result < 0)
        return bus_failure("connect to the system bus", result);
    return std::unique_ptr<Manager>(std::make_unique<SystemdManager>(Bus(bus)));
}

}  // namespace caisson
