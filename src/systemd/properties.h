// SPDX-License-Identifier: LGPL-2.1-or-later
// Properties of units as they come over D-Bus: those of simple types, by name.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>

struct sd_bus_message;

namespace caisson {

// Properties of other types than these are left out.
using PropertyValue = std::variant<bool, std::int64_t, std::uint64_t, std::string>;
using Properties = std::map<std::string, PropertyValue, std::less<>>;

// The empty value when the property is missing or of another type.
std::string text_property(const Properties& properties, std::string_view name);
std::uint64_t number_property(const Properties& properties, std::string_view name);
bool flag_property(const Properties& properties, std::string_view name);

// Both return a negative errno when the message is not of that form. The first reads the variant
// that org.freedesktop.DBus.Properties.Get answers with, the second the dictionary of GetAll.
int read_variant(sd_bus_message* message, const char* name, Properties& properties);
int read_dictionary(sd_bus_message* message, Properties& properties);

}  // namespace caisson
