// SPDX-License-Identifier: LGPL-2.1-or-later
#include "store/state.h"

#include <dirent.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

#include "base/scope_exit.h"
#include "store/whole_file.h"

namespace caisson {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view suffix = ".json";

std::string encode_state(const State& state) {
    Json specifiers = Json::object();
    for (const auto& [letter, value] : state.specifiers)
        specifiers[std::string(1, letter)] = value;
    const Json json = {
        {"name", state.name},
        {"plan", state.plan},
        {"specifiers", specifiers},
        {"pid", state.pid},
        {"start_time", state.start_time},
    };
    // What is no UTF-8 came in through a specifier; it is replaced rather than fatal.
    return json.dump(1, '\t', false, Json::error_handler_t::replace) + "\n";
}

bool read_text(const Json& json, const char* key, std::string& text) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_string())
        return false;
    text = found->get<std::string>();
    return true;
}

template <typename Integer>
bool read_number(const Json& json, const char* key, Integer& number) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_number_unsigned())
        return false;
    const std::uint64_t value = found->get<std::uint64_t>();
    number = static_cast<Integer>(value);
    return number >= 0 && static_cast<std::uint64_t>(number) == value;
}

bool read_specifiers(const Json& json, SpecifierValues& specifiers) {
    const auto found = json.find("specifiers");
    if (found == json.end() || !found->is_object())
        return false;
    for (const auto& [letter, value] : found->items()) {
        if (letter.size() != 1 || !value.is_string())
            return false;
        specifiers[letter.front()] = value.template get<std::string>();
    }
    return true;
}

std::optional<State> decode_state(const std::string& text) {
    const Json json = Json::parse(text, nullptr, false);
    State state;
    if (!json.is_object() || json.size() != 5 || !read_text(json, "name", state.name) ||
        !read_text(json, "plan", state.plan) || !read_specifiers(json, state.specifiers) ||
        !read_number(json, "pid", state.pid) || !read_number(json, "start_time", state.start_time))
        return std::nullopt;
    return state;
}

}  // namespace

Result<void> save(const State& state, const std::string& directory) {
    return save_file(state.name, suffix, encode_state(state), directory);
}

Result<std::optional<State>> load_state(std::string_view name, const std::string& directory) {
    const std::string path = TRY(file_of(name, suffix, directory));
    const std::optional<std::string> text = TRY(load_file(path));
    if (!text)
        return std::optional<State>();
    std::optional<State> state = decode_state(*text);
    if (!state || state->name != name)
        return plain_error("read " + path + ": not the state of container " + std::string(name));
    return state;
}

Result<void> remove_state(std::string_view name, const std::string& directory) {
    return remove_file(name, suffix, directory);
}

Result<std::vector<std::string>> list_states(const std::string& directory) {
    std::vector<std::string> names;
    const std::unique_ptr<DIR, Releases<::closedir>> stream(::opendir(directory.c_str()));
    if (!stream && errno == ENOENT)
        return names;
    if (!stream)
        return sys_error("open", directory);
    while (const dirent* entry = ::readdir(stream.get())) {
        const std::string_view file = entry->d_name;
        if (!file.starts_with(".") && file.ends_with(suffix))
            names.emplace_back(file.substr(0, file.size() - suffix.size()));
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace caisson
