// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/merge.h"

#include <iterator>
#include <unordered_map>
#include <utility>

#include "core/keys.h"

namespace caisson {
namespace {

// The members of a table that grows, found by key without a search through all of them.
class Merged {
public:
    Merged(Node::Table base, std::size_t growth) : members_(std::move(base)) {
        // No key may move once it is viewed.
        members_.reserve(members_.size() + growth);
        constexpr std::size_t small = 16;
        is_indexed_ = members_.size() + growth > small;
        if (is_indexed_)
            for (std::size_t i = 0; i < members_.size(); ++i)
                index_.emplace(members_[i].key, i);
    }

    Member* find(std::string_view key) {
        if (is_indexed_) {
            const auto found = index_.find(key);
            return found == index_.end() ? nullptr : &members_[found->second];
        }
        for (Member& member : members_)
            if (member.key == key)
                return &member;
        return nullptr;
    }

    void add(Member member) {
        members_.push_back(std::move(member));
        if (is_indexed_)
            index_.emplace(members_.back().key, members_.size() - 1);
    }

    Node::Table take() && { return std::move(members_); }

private:
    Node::Table members_;
    bool is_indexed_ = false;
    std::unordered_map<std::string_view, std::size_t> index_;
};

// The array key that "KEY_append" adds to, or nothing when this is a key like any other.
std::optional<std::string_view> appended_key(std::string_view section, std::string_view name) {
    constexpr std::string_view suffix = "_append";
    if (!name.ends_with(suffix))
        return std::nullopt;
    const std::string_view stem = name.substr(0, name.size() - suffix.size());
    const Key* key = find_key(keys_of(section), stem);
    if (key == nullptr || key->name == "*" || !key->type.starts_with("list"))
        return std::nullopt;
    return key->name;
}

void append(Merged& merged, std::string_view stem, Member addition, std::string_view section,
            Diagnostics& diagnostics) {
    Node::Array* items = addition.value.as<Node::Array>();
    if (items == nullptr) {
        diagnostics.push_back({addition.value.at, key_path(section, addition.key),
                               "must be an array, not " + std::string(type_name(addition.value))});
        return;
    }
    Member* base = merged.find(stem);
    if (base == nullptr) {
        addition.key = stem;
        merged.add(std::move(addition));
    } else if (Node::Array* base_items = base->value.as<Node::Array>()) {
        std::move(items->begin(), items->end(), std::back_inserter(*base_items));
    } else {
        diagnostics.push_back(
            {addition.at, key_path(section, addition.key),
             "cannot append: " + std::string(stem) + " is no array at " + format(base->value.at)});
    }
}

}  // namespace

Node::Table merge(Node::Table base, Node::Table overlay, std::string_view section,
                  Diagnostics& diagnostics) {
    Merged merged(std::move(base), overlay.size());
    std::vector<std::pair<std::string_view, Member*>> additions;
    for (Member& member : overlay) {
        if (const std::optional<std::string_view> stem = appended_key(section, member.key)) {
            additions.emplace_back(*stem, &member);
            continue;
        }
        Member* existing = merged.find(member.key);
        if (Node::Table* table = member.value.as<Node::Table>()) {
            Node::Table* below = existing ? existing->value.as<Node::Table>() : nullptr;
            *table = merge(below ? std::move(*below) : Node::Table{}, std::move(*table),
                           key_path(section, member.key), diagnostics);
        }
        if (existing != nullptr)
            *existing = std::move(member);
        else
            merged.add(std::move(member));
    }
    // After the others, so that an overlay may set an array and append to it in any order.
    for (const auto& [stem, member] : additions)
        append(merged, stem, std::move(*member), section, diagnostics);
    return std::move(merged).take();
}

}  // namespace caisson
