// SPDX-License-Identifier: LGPL-2.1-or-later
// A TOML document as a tree whose every key and value knows where it was written. Knows nothing
// about what keys mean.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/diagnostic.h"

namespace caisson {

struct Member;

struct Node {
    using Array = std::vector<Node>;
    using Table = std::vector<Member>;  // in the order of the source, keys unique

    // std::monostate is a date or a time: no key takes one.
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Table> value;
    Position at;

    template <typename T>
    const T* as() const {
        return std::get_if<T>(&value);
    }
    template <typename T>
    T* as() {
        return std::get_if<T>(&value);
    }
};

struct Member {
    std::string key;
    Position at;
    Node value;
};

// "a string", "an array": how messages name what was found.
std::string_view type_name(const Node& node);

const Member* find_member(const Node::Table& table, std::string_view key);

// The root table, or nothing and one diagnostic. `file` is kept as a view in every position. Depth
// is bounded, so that whoever walks the tree may recurse.
std::optional<Node> parse_document(std::string_view text, std::string_view file,
                                   Diagnostics& diagnostics);

}  // namespace caisson
