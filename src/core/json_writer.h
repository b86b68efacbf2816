// SPDX-License-Identifier: LGPL-2.1-or-later
// Writes JSON straight into a string. The generator writes a plan for every container while PID 1
// waits; a tree of values for each would cost it most of its time.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace caisson {

class JsonWriter {
public:
    JsonWriter() { text_.reserve(4096); }

    // In an object a value follows its key; commas come by themselves.
    JsonWriter& key(std::string_view name) {
        value(name);
        text_ += ':';
        is_first_ = true;
        return *this;
    }

    void value(std::string_view string);
    void value(const char* string) { value(std::string_view(string)); }
    template <std::same_as<bool> T>
    void value(T boolean) {
        separate();
        text_ += boolean ? "true" : "false";
    }
    template <std::integral T>
    requires(!std::same_as<T, bool>) void value(T number) {
        separate();
        text_ += std::to_string(number);
    }
    template <typename Range>
    requires requires(const Range& range) { range.begin()->size(); }
    void value(const Range& strings) {
        array([&] {
            for (const auto& string : strings)
                value(string);
        });
    }

    template <typename Function>
    void object(Function members) {
        nest('{', members, '}');
    }
    template <typename Function>
    void array(Function items) {
        nest('[', items, ']');
    }

    std::string take() && { return std::move(text_); }

private:
    void separate() {
        if (!is_first_)
            text_ += ',';
        is_first_ = false;
    }

    template <typename Function>
    void nest(char open, Function content, char close) {
        separate();
        text_ += open;
        is_first_ = true;
        content();
        text_ += close;
        is_first_ = false;
    }

    std::string text_;
    bool is_first_ = true;  // nothing stands before the next value that a comma must divide it from
};

}  // namespace caisson
