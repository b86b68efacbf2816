// SPDX-License-Identifier: LGPL-2.1-or-later
#include "systemd/scope.h"

#include <systemd/sd-bus.h>

#include <cstring>
#include <memory>

#include "base/scope_exit.h"
#include "core/scope_property.h"

namespace caisson {
namespace {

using Bus = std::unique_ptr<sd_bus, Releases<sd_bus_flush_close_unref>>;
using Message = std::unique_ptr<sd_bus_message, Releases<sd_bus_message_unref>>;
using Slot = std::unique_ptr<sd_bus_slot, Releases<sd_bus_slot_unref>>;

constexpr const char* destination = "org.freedesktop.systemd1";
constexpr const char* object = "/org/freedesktop/systemd1";
constexpr const char* interface = "org.freedesktop.systemd1.Manager";
constexpr const char* destructive = "org.freedesktop.systemd1.TransactionIsDestructive";
constexpr std::uint64_t job_timeout_usec = 60ULL * 1000 * 1000;

Result<Bus> connect() {
    sd_bus* raw = nullptr;
    if (const int r = sd_bus_new(&raw); r < 0)
        return sys_error("prepare a bus connection", {}, -r);
    Bus bus(raw);
    if (const int r = sd_bus_set_address(raw, "unix:path=/run/systemd/private"); r < 0)
        return sys_error("prepare a bus connection", {}, -r);
    if (const int r = sd_bus_start(raw); r < 0)
        return sys_error("connect to systemd at", "/run/systemd/private", -r);
    return bus;
}

// The outcome of a job, from JobRemoved.
struct Job {
    std::string path;
    std::string result;
};

int on_job_removed(sd_bus_message* message, void* data, sd_bus_error*) {
    auto* job = static_cast<Job*>(data);
    std::uint32_t id = 0;
    const char* path = nullptr;
    const char* unit = nullptr;
    const char* result = nullptr;
    if (sd_bus_message_read(message, "uoss", &id, &path, &unit, &result) >= 0 && job->path == path)
        job->result = result;
    return 0;
}

enum class ProcessBy { Pidfd, Pid };

int append_process(sd_bus_message* message, const ScopeRequest& request, ProcessBy by) {
    if (by == ProcessBy::Pidfd)
        return sd_bus_message_append(message, "(sv)", "PIDFDs", "ah", 1, request.pidfd);
    return sd_bus_message_append(message, "(sv)", "PIDs", "au", 1,
                                 static_cast<std::uint32_t>(request.pid));
}

int append_value(sd_bus_message* message, const char* name, std::uint64_t value) {
    return sd_bus_message_append(message, "(sv)", name, "t", value);
}
int append_value(sd_bus_message* message, const char* name, std::uint32_t value) {
    return sd_bus_message_append(message, "(sv)", name, "u", value);
}
int append_value(sd_bus_message* message, const char* name, const std::string& value) {
    return sd_bus_message_append(message, "(sv)", name, "s", value.c_str());
}
int append_value(sd_bus_message* message, const char* name,
                 const std::pair<std::string, std::string>& value) {
    return sd_bus_message_append(message, "(sv)", name, "a(ss)", 1, value.first.c_str(),
                                 value.second.c_str());
}
int append_value(sd_bus_message* message, const char* name,
                 const std::pair<std::string, std::uint64_t>& value) {
    return sd_bus_message_append(message, "(sv)", name, "a(st)", 1, value.first.c_str(),
                                 value.second);
}
int append_value(sd_bus_message* message, const char* name,
                 const std::vector<std::uint8_t>& bytes) {
    int r = sd_bus_message_open_container(message, 'r', "sv");
    if (r >= 0)
        r = sd_bus_message_append(message, "s", name);
    if (r >= 0)
        r = sd_bus_message_open_container(message, 'v', "ay");
    if (r >= 0)
        r = sd_bus_message_append_array(message, 'y', bytes.data(), bytes.size());
    if (r >= 0)
        r = sd_bus_message_close_container(message);
    if (r >= 0)
        r = sd_bus_message_close_container(message);
    return r;
}

int append_limits(sd_bus_message* message, const std::vector<ScopeProperty>& limits) {
    for (const ScopeProperty& limit : limits) {
        const int r = std::visit(
            [&](const auto& value) { return append_value(message, limit.name.c_str(), value); },
            limit.value);
        if (r < 0)
            return r;
    }
    return 0;
}

Result<std::vector<ScopeProperty>> properties_of(const std::vector<Directive>& limits) {
    std::vector<ScopeProperty> properties;
    for (const Directive& limit : limits) {
        ScopeProperty property = TRY(scope_property(limit));
        properties.push_back(std::move(property));
    }
    return properties;
}

int append_properties(sd_bus_message* message, const ScopeRequest& request,
                      const std::vector<ScopeProperty>& limits, ProcessBy by) {
    const char* service = request.service.c_str();
    int r = sd_bus_message_append(message, "ss", request.name.c_str(), "fail");
    if (r >= 0)
        r = sd_bus_message_open_container(message, 'a', "(sv)");
    if (r >= 0)
        r = append_process(message, request, by);
    // BindsTo= and Before= the service, never After=: its start job waits for us.
    if (r >= 0)
        r = sd_bus_message_append(message, "(sv)(sv)(sv)(sv)(sv)(sv)", "Description", "s",
                                  request.description.c_str(), "Slice", "s", request.slice.c_str(),
                                  "Delegate", "b", 1, "CollectMode", "s", "inactive-or-failed",
                                  "BindsTo", "as", 1, service, "Before", "as", 1, service);
    if (r >= 0)
        r = append_limits(message, limits);
    if (r >= 0)
        r = sd_bus_message_close_container(message);
    if (r >= 0)
        r = sd_bus_message_append(message, "a(sa(sv))", 0);
    return r;
}

class BusError {
public:
    ~BusError() { sd_bus_error_free(&error); }
    bool is(const char* name) const { return sd_bus_error_has_name(&error, name) > 0; }
    sd_bus_error error = {};
};

// Scopes have OOMPolicy= from systemd 253 on.
bool is_policy_unknown(const BusError& error) {
    return error.is(SD_BUS_ERROR_PROPERTY_READ_ONLY) && error.error.message != nullptr &&
           std::strstr(error.error.message, "OOMPolicy") != nullptr;
}

// The path of the start job.
Result<std::string> request_start(sd_bus* bus, const ScopeRequest& request, ProcessBy by) {
    const std::vector<ScopeProperty> limits = TRY(properties_of(request.limits));
    sd_bus_message* raw = nullptr;
    int r = sd_bus_message_new_method_call(bus, &raw, destination, object, interface,
                                           "StartTransientUnit");
    const Message call(raw);
    if (r >= 0)
        r = append_properties(raw, request, limits, by);
    if (r < 0)
        return sys_error("prepare the request for", request.name, -r);
    BusError error;
    sd_bus_message* raw_reply = nullptr;
    r = sd_bus_call(bus, raw, 0, &error.error, &raw_reply);
    const Message reply(raw_reply);
    if (r < 0 && is_policy_unknown(error))
        return plain_error("oom_policy needs systemd 253 with placement \"scope\"; use placement "
                           "\"service\"");
    // PIDFDs= came with systemd 255; before, it is an unknown property.
    if (r < 0 && by == ProcessBy::Pidfd && error.is(SD_BUS_ERROR_PROPERTY_READ_ONLY))
        return request_start(bus, request, ProcessBy::Pid);
    if (r < 0)
        return Error{
            error.is(destructive) ? ECANCELED : -r,
            "start " + request.name + ": " +
                (error.error.message != nullptr ? error.error.message : std::strerror(-r))};
    const char* path = nullptr;
    if (r = sd_bus_message_read(raw_reply, "o", &path); r < 0)
        return sys_error("start", request.name, -r);
    return std::string(path);
}

}  // namespace

Result<void> start_scope(const ScopeRequest& request) {
    const Bus bus = TRY(connect());
    Job job;
    sd_bus_slot* raw_slot = nullptr;
    // PID 1 sends its signals to every private connection, unasked.
    if (const int r = sd_bus_match_signal(bus.get(), &raw_slot, nullptr, object, interface,
                                          "JobRemoved", on_job_removed, &job);
        r < 0)
        return sys_error("watch jobs of systemd", {}, -r);
    const Slot slot(raw_slot);
    job.path = TRY(request_start(bus.get(), request, ProcessBy::Pidfd));
    while (job.result.empty()) {
        const int processed = sd_bus_process(bus.get(), nullptr);
        if (processed < 0)
            return sys_error("wait for", request.name, -processed);
        if (processed > 0)
            continue;
        const int waited = sd_bus_wait(bus.get(), job_timeout_usec);
        if (waited < 0)
            return sys_error("wait for", request.name, -waited);
        if (waited == 0)
            return sys_error("wait for", request.name, ETIMEDOUT);
    }
    if (job.result != "done")
        return Error{job.result == "canceled" ? ECANCELED : 0,
                     "start " + request.name + ": job ended as " + job.result};
    return {};
}

}  // namespace caisson
