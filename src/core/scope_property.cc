// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/scope_property.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "core/quantity.h"

namespace caisson {
namespace {

constexpr std::uint64_t unlimited = UINT64_MAX;
constexpr std::uint64_t idle_weight = 0;
constexpr std::uint32_t permyriad_of_all = 10000;

Error bad_value(const Directive& directive) {
    return plain_error(directive.key + "=" + directive.value + ": not a value for a scope");
}

// The share as systemd puts it on the bus: a fraction of 2^32-1.
std::uint32_t scale(std::uint32_t permyriad) {
    return static_cast<std::uint32_t>(
        (std::uint64_t{permyriad} * UINT32_MAX + permyriad_of_all / 2) / permyriad_of_all);
}

Result<ScopeProperty> amount(const Directive& directive) {
    if (directive.value == "infinity")
        return ScopeProperty{directive.key, unlimited};
    if (const std::optional<std::uint32_t> share = parse_permyriad(directive.value))
        return ScopeProperty{directive.key + "Scale", scale(*share)};
    if (const std::optional<std::uint64_t> size = parse_size(directive.value))
        return ScopeProperty{directive.key, *size};
    return bad_value(directive);
}

Result<ScopeProperty> quota(const Directive& directive) {
    constexpr std::uint64_t microseconds_per_permyriad = 100;
    if (const std::optional<std::uint32_t> share = parse_permyriad(directive.value))
        return ScopeProperty{"CPUQuotaPerSecUSec", *share * microseconds_per_permyriad};
    return bad_value(directive);
}

Result<ScopeProperty> weight(const Directive& directive) {
    if (directive.value == "idle")
        return ScopeProperty{directive.key, idle_weight};
    if (const std::optional<std::uint64_t> number = parse_integer<std::uint64_t>(directive.value))
        return ScopeProperty{directive.key, *number};
    return bad_value(directive);
}

// "0-3,5" as a bit mask, lowest first.
Result<ScopeProperty> number_set(const Directive& directive) {
    constexpr std::uint32_t highest = 8191;
    std::string text = directive.value;
    std::replace(text.begin(), text.end(), ' ', ',');
    std::vector<std::uint8_t> mask;
    for (const std::string_view range : split(text, ',')) {
        if (range.empty())
            continue;
        const std::size_t dash = range.find('-');
        const auto first = parse_integer<std::uint32_t>(range.substr(0, dash));
        const auto last =
            dash == range.npos ? first : parse_integer<std::uint32_t>(range.substr(dash + 1));
        if (!first || !last || *first > *last || *last > highest)
            return bad_value(directive);
        for (std::uint32_t number = *first; number <= *last; ++number) {
            mask.resize(std::max<std::size_t>(mask.size(), number / 8 + 1));
            mask[number / 8] |= static_cast<std::uint8_t>(1U << number % 8);
        }
    }
    return ScopeProperty{directive.key, std::move(mask)};
}

Result<ScopeProperty> word(const Directive& directive) {
    return ScopeProperty{directive.key, directive.value};
}

// "PATH PERMISSIONS"
Result<ScopeProperty> device(const Directive& directive) {
    const std::size_t space = directive.value.rfind(' ');
    if (space == std::string::npos)
        return bad_value(directive);
    return ScopeProperty{directive.key, std::pair(directive.value.substr(0, space),
                                                  directive.value.substr(space + 1))};
}

// "/dev/sda 10M"
Result<ScopeProperty> rate(const Directive& directive) {
    const std::size_t space = directive.value.rfind(' ');
    if (space == std::string::npos)
        return bad_value(directive);
    const std::string_view text = std::string_view(directive.value).substr(space + 1);
    const std::optional<std::uint64_t> number =
        text == "infinity" ? std::optional(unlimited) : parse_rate(text);
    if (!number)
        return bad_value(directive);
    return ScopeProperty{directive.key, std::pair(directive.value.substr(0, space), *number)};
}

using Convert = Result<ScopeProperty> (*)(const Directive&);
constexpr std::pair<const char*, Convert> conversions[] = {
    {"MemoryMax", amount},
    {"MemoryHigh", amount},
    {"MemoryLow", amount},
    {"MemoryMin", amount},
    {"MemorySwapMax", amount},
    {"TasksMax", amount},
    {"CPUQuota", quota},
    {"CPUWeight", weight},
    {"IOWeight", weight},
    {"AllowedCPUs", number_set},
    {"AllowedMemoryNodes", number_set},
    {"IOReadBandwidthMax", rate},
    {"IOWriteBandwidthMax", rate},
    {"IOReadIOPSMax", rate},
    {"IOWriteIOPSMax", rate},
    {"OOMPolicy", word},
    {"DevicePolicy", word},
    {"DeviceAllow", device},
};

}  // namespace

Result<ScopeProperty> scope_property(const Directive& directive) {
    for (const auto& [key, convert] : conversions)
        if (directive.key == key)
            return convert(directive);
    return plain_error(directive.key + "=: cannot be set on the scope of an instance");
}

}  // namespace caisson
