// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/env_file.h"

#include <algorithm>

namespace caisson {
namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

bool is_name(std::string_view name) {
    const auto is_word = [](char c) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               (c >= '0' && c <= '9');
    };
    return !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
           std::all_of(name.begin(), name.end(), is_word);
}

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    EnvironmentFile parse() {
        while (!at_end()) {
            skip_blank();
            if (at_end())
                break;
            if (peek() == '\n')
                take();
            else if (peek() == '#' || peek() == ';')
                skip_line();
            else
                assignment();
        }
        return std::move(file_);
    }

private:
    bool at_end() const { return at_ == text_.size(); }
    char peek() const { return text_[at_]; }
    char take() {
        if (text_[at_] == '\n')
            ++line_;
        return text_[at_++];
    }
    void skip_blank() {
        while (!at_end() && is_blank(peek()))
            take();
    }

    // A backslash continues a comment line too.
    void skip_line() {
        while (!at_end()) {
            const char c = take();
            if (c == '\n')
                return;
            if (c == '\\' && !at_end())
                take();
        }
    }

    void assignment() {
        const unsigned line = line_;
        std::string name;
        while (!at_end() && peek() != '=' && peek() != '\n')
            name += take();
        while (!name.empty() && is_blank(name.back()))
            name.pop_back();
        if (at_end() || peek() == '\n') {
            file_.bad_lines.push_back(line);
            return;
        }
        take();
        skip_blank();
        std::string value = read_value();
        if (is_name(name))
            file_.variables.emplace_back(std::move(name), std::move(value));
        else
            file_.bad_lines.push_back(line);
    }

    std::string read_value() {
        std::string value;
        std::size_t keep = 0;  // trailing blanks beyond this length are not part of the value
        while (!at_end() && peek() != '\n') {
            const char c = take();
            if (c == '\'' || c == '"')
                quoted(c, value);
            else if (c == '\\')
                escaped(value);
            else
                value += c;
            if (!is_blank(c))
                keep = value.size();
        }
        value.resize(std::min(value.size(), keep));
        return value;
    }

    void quoted(char quote, std::string& value) {
        while (!at_end()) {
            const char c = take();
            if (c == quote)
                return;
            if (c == '\\' && quote == '"' && !at_end()) {
                const char next = take();
                // As in a shell's double quotes; elsewhere the backslash stands for itself.
                if (std::string_view("\"\\`$").find(next) != std::string_view::npos)
                    value += next;
                else if (next != '\n')
                    value.append({c, next});
            } else {
                value += c;
            }
        }
    }

    void escaped(std::string& value) {
        if (at_end())
            return;
        if (const char next = take(); next != '\n')
            value += next;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    unsigned line_ = 1;
    EnvironmentFile file_;
};

}  // namespace

EnvironmentFile parse_environment_file(std::string_view text) {
    return Parser(text).parse();
}

}  // namespace caisson
