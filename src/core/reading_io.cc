// SPDX-License-Identifier: LGPL-2.1-or-later
// The reader of resources.io_max: a list of tables, each a device and what may be asked of it.
#include "core/quantity.h"
#include "core/reading.h"

namespace caisson {
namespace {

void read_rate(Reading& reading, const Key& key, const Node& node, bool is_valid,
               const std::string& rate, std::string_view form) {
    if (!is_valid && rate != "infinity")
        return complain(reading, key, node, quoted(rate) + " is no " + std::string(form));
    // "IOReadBandwidthMax=" in the table, as a manual writes it.
    reading.io->rates.push_back({key.directive.substr(0, key.directive.size() - 1), rate});
}

void read_element(Reading& reading, const Key& key, const Node& element) {
    IoLimit limit;
    reading.io = &limit;
    const std::size_t before = reading.diagnostics.size();
    read_section(reading, key, element);
    reading.io = nullptr;
    const Node::Table* table = element.as<Node::Table>();
    if (table == nullptr)
        return;
    if (find_member(*table, "device") == nullptr)
        complain(reading, element.at, key_path(key_path(key), "device"), "is missing");
    else if (limit.rates.empty() && reading.diagnostics.size() == before)
        complain(reading, element.at, key_path(key), "limits nothing of " + quoted(limit.device));
    for (const ResourceSetting& rate : limit.rates)
        if (!limit.device.empty())
            reading.spec.resources.push_back({rate.directive, limit.device + " " + rate.value});
}

}  // namespace

void read_io_max(Reading& reading, const Key& key, const Node& node) {
    const Node::Array* array = node.as<Node::Array>();
    if (array == nullptr)
        return complain(reading, key, node, must_be("an array of tables", node));
    for (const Node& element : *array)
        read_element(reading, key, element);
}

void read_io_device(Reading& reading, const Key& key, const Node& node) {
    const std::string* path = line_of(reading, key, node);
    if (path == nullptr)
        return;
    Complaint wrong = check_absolute_path(*path);
    if (!wrong && path->find(' ') != std::string::npos)
        wrong = "must not have spaces in it: systemd ends the path there";
    if (wrong)
        complain(reading, key, node, std::move(*wrong));
    else
        reading.io->device = *path;
}

void read_io_bandwidth(Reading& reading, const Key& key, const Node& node) {
    if (const std::optional<std::string> rate = quantity_of(reading, key, node))
        read_rate(reading, key, node, parse_rate(*rate).value_or(0) > 0, *rate,
                  "rate such as \"10M\", in bytes a second");
}

void read_io_operations(Reading& reading, const Key& key, const Node& node) {
    if (const std::optional<std::string> rate = quantity_of(reading, key, node))
        read_rate(reading, key, node, parse_integer<std::uint64_t>(*rate).value_or(0) > 0, *rate,
                  "number of operations a second");
}

}  // namespace caisson
