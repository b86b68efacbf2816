// SPDX-License-Identifier: LGPL-2.1-or-later
// The reader of resources.io_max: a list of tables, each a device and what may be asked of it.
#include "core/quantity.h"
#include "core/reading.h"

namespace caisson {
namespace {

struct Limit {
    std::string_view name;
    std::string_view directive;
    bool is_size;  // bytes a second, else operations a second
};

constexpr Limit limits[] = {
    {"read_bandwidth", "IOReadBandwidthMax", true},
    {"write_bandwidth", "IOWriteBandwidthMax", true},
    {"read_iops", "IOReadIOPSMax", false},
    {"write_iops", "IOWriteIOPSMax", false},
};

std::string path_of(const Key& key, std::string_view name) {
    return key_path(key_path(key), name);
}

bool is_rate(const Limit& limit, const std::string& text) {
    if (text == "infinity")
        return true;
    // systemd knows the suffixes of sizes for both (systemd.resource-control(5)).
    const std::optional<std::uint64_t> rate = parse_rate(text);
    return rate && *rate > 0 && (limit.is_size || parse_integer<std::uint64_t>(text));
}

// The device, or nothing after a complaint.
const std::string* device_of(Reading& reading, const Key& key, const Node& element) {
    const Member* device = find_member(*element.as<Node::Table>(), "device");
    if (device == nullptr) {
        complain(reading, element.at, path_of(key, "device"), "is missing");
        return nullptr;
    }
    const std::string* path = line_of(reading, key, device->value);
    if (path == nullptr)
        return nullptr;
    Complaint wrong = check_absolute_path(*path);
    if (!wrong && path->find(' ') != std::string::npos)
        wrong = "must not have spaces in it: systemd ends the path there";
    if (!wrong)
        return path;
    complain(reading, device->value.at, path_of(key, "device"), std::move(*wrong));
    return nullptr;
}

void read_rate(Reading& reading, const Key& key, const Limit& limit, const Node& node,
               const std::string* device) {
    const std::optional<std::string> rate = quantity_of(reading, key, node);
    if (!rate)
        return;
    if (!is_rate(limit, *rate))
        complain(reading, node.at, path_of(key, limit.name),
                 quoted(*rate) + (limit.is_size ? " is no rate such as \"10M\", in bytes a second"
                                                : " is no number of operations a second"));
    else if (device != nullptr)
        reading.spec.resources.push_back({limit.directive, *device + " " + *rate});
}

void read_element(Reading& reading, const Key& key, const Node& element) {
    const Node::Table* table = element.as<Node::Table>();
    if (table == nullptr) {
        complain(reading, key, element, must_be("a table", element));
        return;
    }
    const std::string* device = device_of(reading, key, element);
    if (table->size() == 1 && device != nullptr)
        complain(reading, element.at, key_path(key), "limits nothing of " + quoted(*device));
    for (const Member& member : *table) {
        const Limit* found = nullptr;
        for (const Limit& limit : limits)
            if (limit.name == member.key)
                found = &limit;
        if (found != nullptr)
            read_rate(reading, key, *found, member.value, device);
        else if (member.key != "device")
            complain(reading, member.at, path_of(key, member.key),
                     "unknown key; there are device, read_bandwidth, write_bandwidth, read_iops and "
                     "write_iops");
    }
}

}  // namespace

void read_io_max(Reading& reading, const Key& key, const Node& node) {
    const Node::Array* array = node.as<Node::Array>();
    if (array == nullptr) {
        complain(reading, key, node, must_be("an array of tables", node));
        return;
    }
    for (const Node& element : *array)
        read_element(reading, key, element);
}

}  // namespace caisson
