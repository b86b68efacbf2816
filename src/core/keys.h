// SPDX-License-Identifier: LGPL-2.1-or-later
// Every key of a definition, in one table: parsing, "did you mean", the manual's completeness check
// and completion all come from it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/document.h"

namespace caisson {

struct Key;
struct Reading;

// Takes the value of `key` into the Spec that is being read, or complains.
using Reader = void (*)(Reading& reading, const Key& key, const Node& node);

// Whether "%i" and its kin may stand in the value, and where they then go.
enum class Specifiers { No, Unit, Plan };

struct Key {
    std::string_view section;        // "container.rootfs"; "" is the top of a file
    std::string_view name;           // "*" in a section whose keys the user chooses
    std::string_view type;           // "string", "list of strings", "size", ...
    std::string_view default_value;  // as one would write it; empty: none
    char stage;                      // the piece of work that brings it
    std::string_view doc;            // one line
    std::string_view directive;      // the unit directive it becomes, if it becomes one
    Specifiers specifiers;
    Reader read;  // none: not implemented yet
};

// Ordered by section; the keys of a section stand together.
std::span<const Key> keys();

std::span<const Key> keys_of(std::string_view section);
const Key* find_key(std::span<const Key> section, std::string_view name);

// "unknown key", with the likely correction: the nearest key of the section, or the section that
// has a key of this name.
std::string explain_unknown_key(std::string_view section, std::string_view name);

// The candidate that `word` is most likely a misspelling of, if one is near.
std::optional<std::string_view> find_nearest(std::string_view word,
                                             std::span<const std::string_view> candidates);

// "container.rootfs.mode"
std::string key_path(const Key& key);
std::string key_path(std::string_view section, std::string_view name);

}  // namespace caisson
