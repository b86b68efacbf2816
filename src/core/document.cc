// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/document.h"

#include <algorithm>
#include <array>
#include <utility>

// The only file that names toml++. It asserts, and with NDEBUG lets the compiler assume, what
// broken input can violate, up to 3.4 at least; without that such input is an error like any other.
#undef NDEBUG
#define TOML_ASSERT(expr) static_assert(true)
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace caisson {
namespace {

// A definition nests a few levels. Together the two bound the depth of the tree.
constexpr int max_key_parts = 32;
constexpr std::size_t most_brackets = 32;

struct Flaw {
    std::size_t offset;
    std::string_view message;
};

Position position_of(std::string_view text, std::size_t offset, std::string_view file) {
    Position at{file, 1, 1};
    for (const char c : text.substr(0, offset)) {
        if (c == '\n') {
            ++at.line;
            at.column = 1;
        } else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) {
            ++at.column;
        }
    }
    return at;
}

// The length of the UTF-8 sequence at the start of `text`, 0 when there is none (RFC 3629: no
// overlong forms, no surrogates, nothing above U+10FFFF).
std::size_t sequence_length(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
    };
    const auto in = [](unsigned value, unsigned low, unsigned high) {
        return value >= low && value <= high;
    };
    const unsigned lead = byte(0);
    if (lead < 0x80)
        return 1;
    if (in(lead, 0xc2, 0xdf))
        return in(byte(1), 0x80, 0xbf) ? 2 : 0;
    const bool tail = in(byte(2), 0x80, 0xbf);
    if (in(lead, 0xe0, 0xef))
        return tail && in(byte(1), lead == 0xe0 ? 0xa0 : 0x80, lead == 0xed ? 0x9f : 0xbf) ? 3 : 0;
    if (in(lead, 0xf0, 0xf4))
        return tail && in(byte(3), 0x80, 0xbf) &&
                       in(byte(1), lead == 0xf0 ? 0x90 : 0x80, lead == 0xf4 ? 0x8f : 0xbf)
                   ? 4
                   : 0;
    return 0;
}

std::optional<Flaw> find_bad_character(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte == 0)
            return Flaw{i, "a NUL byte: this is no text file"};
        if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f)
            return Flaw{i, "a control character: this is no text file"};
        const std::size_t length = byte < 0x80 ? 1 : sequence_length(text.substr(i));
        if (length == 0)
            return Flaw{i, "not UTF-8"};
        i += length;
    }
    return std::nullopt;
}

// Where the string that starts at `begin` ends: behind its closing quotes, or, for one that is
// never closed, where a parser gives up on it.
std::size_t string_end(std::string_view text, std::size_t begin) {
    const char quote = text[begin];
    const std::array<char, 3> triple{quote, quote, quote};
    const std::string_view fence(triple.data(), 3);
    const bool multiline = text.substr(begin, 3) == fence;
    std::size_t i = begin + (multiline ? 3 : 1);
    for (; i < text.size(); ++i) {
        if (text[i] == '\\' && quote == '"' && (multiline || text.substr(i + 1, 1) != "\n"))
            ++i;
        else if (multiline && text.substr(i, 3) == fence) {
            // Up to two quotes may stand directly before the closing three.
            i += 3;
            for (int extra = 0; extra < 2 && i < text.size() && text[i] == quote; ++extra)
                ++i;
            return i;
        } else if (!multiline && (text[i] == quote || text[i] == '\n')) {
            return i + 1;
        }
    }
    return text.size();
}

// toml++ up to 3.4 aborts on a table header that does not begin with a key, as "[[[" does.
bool is_header_flawed(std::string_view text, std::size_t bracket) {
    std::size_t i = bracket + 1;
    if (i < text.size() && text[i] == '[')
        ++i;
    i = std::min(text.find_first_not_of(" \t", i), text.size());
    const auto byte = static_cast<unsigned char>(i < text.size() ? text[i] : '\0');
    const bool starts_key = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                            (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' ||
                            byte == '"' || byte == '\'';
    return !starts_key;
}

// Finds what toml++ must not see, because it would abort, recurse without bounds or run into
// undefined behaviour. Up to the first syntax error, where the parser stops, this reads strings,
// comments and brackets as it does.
class Scan {
public:
    explicit Scan(std::string_view text) : text_(text) {}

    std::optional<Flaw> run() {
        std::size_t i = 0;
        while (i < text_.size()) {
            const char c = text_[i];
            if (c == '#') {
                i = std::min(text_.find('\n', i), text_.size());
            } else if (c == '"' || c == '\'') {
                i = string_end(text_, i);
                at_line_start_ = text_[i - 1] == '\n';
            } else {
                if (const std::string_view flaw = take(c, i); !flaw.empty())
                    return Flaw{i, flaw};
                at_line_start_ = c == '\n' || (at_line_start_ && (c == ' ' || c == '\t'));
                ++i;
            }
        }
        return std::nullopt;
    }

private:
    // What is wrong with a character outside of strings and comments, or nothing.
    std::string_view take(char c, std::size_t offset) {
        switch (c) {
        case '.':
            return ++dots_ < max_key_parts ? "" : "too many parts in a dotted key";
        case '[':
        case '{':
            if (at_line_start_ && open_.empty() && c == '[' && is_header_flawed(text_, offset))
                return "a table header must begin with a name";
            open_ += c;
            dots_ = 0;
            return open_.size() <= most_brackets ? "" : "too many brackets in each other";
        case ']':
        case '}':
            return close(c == ']' ? '[' : '{');
        case '\n':
        case '=':
        case ',':
            dots_ = 0;
            return "";
        default:
            // Where toml++ 3.3 looks for blanks, only ASCII is safe. TOML has other characters in
            // strings and comments only.
            return static_cast<unsigned char>(c) < 0x80 ? "" : "a character that needs quotes";
        }
    }

    std::string_view close(char opening) {
        dots_ = 0;
        if (!open_.empty() && open_.back() != opening)
            return opening == '[' ? "a ] where a } is due" : "a } where a ] is due";
        if (!open_.empty())
            open_.pop_back();
        return "";
    }

    std::string_view text_;
    std::string open_;
    int dots_ = 0;
    bool at_line_start_ = true;
};

// toml++ writes "Error while parsing key-value pair: expected ..., saw ...".
std::string syntax_message(std::string_view description) {
    constexpr std::string_view preface = "Error while ";
    if (description.starts_with(preface))
        description.remove_prefix(preface.size());
    const bool is_bare_word = description.find("expected digit") != std::string_view::npos ||
                              description.find("value type") != std::string_view::npos;
    std::string message;
    for (const char c : description)
        message += c == '\n' || c == '\r' ? ' ' : c;
    if (!message.empty() && message[0] >= 'A' && message[0] <= 'Z')
        message[0] = static_cast<char>(message[0] - 'A' + 'a');
    // What people mean by memory_max = 512M.
    return is_bare_word ? message + "; text stands in quotes" : message;
}

class Conversion {
public:
    Conversion(std::string_view file, Diagnostics& diagnostics)
        : file_(file), diagnostics_(diagnostics) {}

    Node node(toml::node& from) {
        Node to{{}, position(from.source())};
        if (toml::table* members = from.as_table())
            to.value = table(*members);
        else if (toml::array* items = from.as_array())
            to.value = array(*items);
        else if (toml::value<std::string>* text = from.as_string())
            to.value = string(std::move(text->get()), to.at);
        else if (toml::value<std::int64_t>* integer = from.as_integer())
            to.value = integer->get();
        else if (toml::value<double>* number = from.as_floating_point())
            to.value = number->get();
        else if (toml::value<bool>* boolean = from.as_boolean())
            to.value = boolean->get();
        return to;
    }

    Node::Table table(toml::table& from) {
        Node::Table members;
        members.reserve(from.size());
        for (auto&& [key, value] : from) {
            const Position at = position(key.source());
            members.push_back({string(std::string(key.str()), at), at, node(value)});
        }
        // toml++ keeps a table sorted by key; people read errors in the order of the file.
        std::sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
            return std::pair(a.at.line, a.at.column) < std::pair(b.at.line, b.at.column);
        });
        return members;
    }

private:
    Position position(const toml::source_region& region) const {
        return {file_, region.begin.line, region.begin.column};
    }

    Node::Array array(toml::array& from) {
        Node::Array items;
        items.reserve(from.size());
        for (toml::node& item : from)
            items.push_back(node(item));
        return items;
    }

    // "\u0000" is valid TOML, but nothing that a string is handed to takes a NUL.
    std::string string(std::string text, const Position& at) {
        if (text.find('\0') != std::string::npos)
            diagnostics_.push_back({at, {}, "a NUL character in a string"});
        return text;
    }

    std::string_view file_;
    Diagnostics& diagnostics_;
};

}  // namespace

std::string_view type_name(const Node& node) {
    constexpr std::array<std::string_view, 7> names{
        "a date or time", "a boolean", "an integer", "a number with a fraction",
        "a string",       "an array",  "a table"};
    return names[node.value.index()];
}

const Member* find_member(const Node::Table& table, std::string_view key) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const Member& member) { return member.key == key; });
    return found == table.end() ? nullptr : &*found;
}

std::optional<Node> parse_document(std::string_view text, std::string_view file,
                                   Diagnostics& diagnostics) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark))
        text.remove_prefix(byte_order_mark.size());
    std::optional<Flaw> flaw = find_bad_character(text);
    if (!flaw)
        flaw = Scan(text).run();
    if (flaw) {
        diagnostics.push_back(
            {position_of(text, flaw->offset, file), {}, std::string(flaw->message)});
        return std::nullopt;
    }

    toml::parse_result parsed = toml::parse(text);
    if (!parsed) {
        const toml::parse_error& error = parsed.error();
        const Position at{file, error.source().begin.line, error.source().begin.column};
        diagnostics.push_back({at, {}, syntax_message(error.description())});
        return std::nullopt;
    }
    const std::size_t before = diagnostics.size();
    Node root{Conversion(file, diagnostics).table(parsed.table()), {file, 1, 1}};
    if (diagnostics.size() != before)
        return std::nullopt;
    return root;
}

}  // namespace caisson
