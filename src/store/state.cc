// SPDX-License-Identifier: LGPL-2.1-or-later
#include "store/state.h"

#include <dirent.h>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/scope_exit.h"
#include "base/text.h"
#include "base/unique_fd.h"

namespace caisson {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view suffix = ".json";

// One runtime at a time works on a container, so that its temporary file needs no random name and
// an interrupted save leaves at most this one. No container's name starts with a dot.
std::string temporary_path(std::string_view name, const std::string& directory) {
    return directory + "/." + std::string(name) + ".new";
}

std::string state_path(std::string_view name, const std::string& directory) {
    return directory + "/" + std::string(name) + std::string(suffix);
}

Result<void> check_name(std::string_view name) {
    if (name.empty() || name.front() == '.' || name.find('/') != std::string_view::npos)
        return plain_error("no name of a container: \"" + std::string(name) + "\"");
    return {};
}

Result<void> make_directory(const std::string& directory) {
    const std::string parent = directory.substr(0, directory.rfind('/'));
    if (::mkdir(parent.c_str(), 0755) < 0 && errno != EEXIST)
        return sys_error("create", parent);
    if (::mkdir(directory.c_str(), 0700) < 0 && errno != EEXIST)
        return sys_error("create", directory);
    return {};
}

Result<void> write_all(int fd, std::string_view text, const std::string& path) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return sys_error("write", path);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<std::string> read_all(int fd, const std::string& path) {
    std::string text;
    std::array<char, 4096> buffer;
    for (;;) {
        const ssize_t count = ::read(fd, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return sys_error("read", path);
        if (count == 0)
            return text;
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

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

Result<void> remove_file(const std::string& path) {
    if (::unlink(path.c_str()) < 0 && errno != ENOENT)
        return sys_error("remove", path);
    return {};
}

}  // namespace

Result<void> save(const State& state, const std::string& directory) {
    TRY(check_name(state.name));
    TRY(make_directory(directory));
    const std::string temporary = temporary_path(state.name, directory);
    const std::string path = state_path(state.name, directory);
    const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
    const UniqueFd fd(::open(temporary.c_str(), flags, 0600));
    if (!fd)
        return sys_error("create", temporary);
    ScopeExit take_back([&] { (void)::unlink(temporary.c_str()); });
    TRY(write_all(fd.get(), encode_state(state), temporary));
    if (::rename(temporary.c_str(), path.c_str()) < 0)
        return sys_error("rename to", path);
    take_back.dismiss();
    return {};
}

Result<std::optional<State>> load_state(std::string_view name, const std::string& directory) {
    TRY(check_name(name));
    const std::string path = state_path(name, directory);
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd && errno == ENOENT)
        return std::optional<State>();
    if (!fd)
        return sys_error("open", path);
    const std::string text = TRY(read_all(fd.get(), path));
    std::optional<State> state = decode_state(text);
    if (!state || state->name != name)
        return plain_error("read " + path + ": not the state of container " + std::string(name));
    return state;
}

Result<void> remove_state(std::string_view name, const std::string& directory) {
    TRY(check_name(name));
    TRY(remove_file(state_path(name, directory)));
    return remove_file(temporary_path(name, directory));
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
