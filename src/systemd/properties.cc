// SPDX-License-Identifier: LGPL-2.1-or-later
#include "systemd/properties.h"

#include <systemd/sd-bus.h>

#include <optional>

namespace caisson {
namespace {

template <typename Wire, typename Value>
int read_number(sd_bus_message* message, char type, std::optional<PropertyValue>& value) {
    Wire number{};
    const int result = sd_bus_message_read_basic(message, type, &number);
    value = static_cast<Value>(number);
    return result;
}

// Reads the value that a variant holds, or skips it when its type is none of PropertyValue's.
int read_value(sd_bus_message* message, const char* type, std::optional<PropertyValue>& value) {
    if (type[0] == '\0' || type[1] != '\0')
        return sd_bus_message_skip(message, type);
    switch (type[0]) {
    case 's':
    case 'o': {
        const char* text = "";
        const int result = sd_bus_message_read_basic(message, type[0], &text);
        value = std::string(text);
        return result;
    }
    case 'b': {
        int flag = 0;
        const int result = sd_bus_message_read_basic(message, 'b', &flag);
        value = flag != 0;
        return result;
    }
    case 'i':
        return read_number<std::int32_t, std::int64_t>(message, 'i', value);
    case 'x':
        return read_number<std::int64_t, std::int64_t>(message, 'x', value);
    case 'y':
        return read_number<std::uint8_t, std::uint64_t>(message, 'y', value);
    case 'q':
        return read_number<std::uint16_t, std::uint64_t>(message, 'q', value);
    case 'u':
        return read_number<std::uint32_t, std::uint64_t>(message, 'u', value);
    case 't':
        return read_number<std::uint64_t, std::uint64_t>(message, 't', value);
    default:
        return sd_bus_message_skip(message, type);
    }
}

}  // namespace

int read_variant(sd_bus_message* message, const char* name, Properties& properties) {
    const char* type = nullptr;
    std::optional<PropertyValue> value;
    int result = sd_bus_message_peek_type(message, nullptr, &type);
    if (result < 0)
        return result;
    const std::string contents = type != nullptr ? type : "";
    if ((result = sd_bus_message_enter_container(message, 'v', contents.c_str())) < 0 ||
        (result = read_value(message, contents.c_str(), value)) < 0 ||
        (result = sd_bus_message_exit_container(message)) < 0)
        return result;
    if (value)
        properties.insert_or_assign(name, std::move(*value));
    return 0;
}

int read_dictionary(sd_bus_message* message, Properties& properties) {
    int result = sd_bus_message_enter_container(message, 'a', "{sv}");
    while (result >= 0 && (result = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
        const char* name = nullptr;
        if ((result = sd_bus_message_read_basic(message, 's', &name)) < 0 ||
            (result = read_variant(message, name, properties)) < 0)
            return result;
        result = sd_bus_message_exit_container(message);
    }
    return result;
}

std::string text_property(const Properties& properties, std::string_view name) {
    const auto found = properties.find(name);
    const auto* text =
        found == properties.end() ? nullptr : std::get_if<std::string>(&found->second);
    return text != nullptr ? *text : std::string();
}

std::uint64_t number_property(const Properties& properties, std::string_view name) {
    const auto found = properties.find(name);
    if (found == properties.end())
        return 0;
    if (const auto* number = std::get_if<std::uint64_t>(&found->second))
        return *number;
    const auto* number = std::get_if<std::int64_t>(&found->second);
    return number != nullptr && *number > 0 ? static_cast<std::uint64_t>(*number) : 0;
}

bool flag_property(const Properties& properties, std::string_view name) {
    const auto found = properties.find(name);
    const auto* flag = found == properties.end() ? nullptr : std::get_if<bool>(&found->second);
    return flag != nullptr && *flag;
}

}  // namespace caisson
