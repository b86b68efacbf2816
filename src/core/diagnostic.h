// SPDX-License-Identifier: LGPL-2.1-or-later
// What is wrong with a definition and where. Mistakes of the user are collected as data, all of
// them, and printed by the mains; Error is for what the machine refuses.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caisson {

// `file` views the path of a SourceFile, which outlives everything that is compiled from it.
struct Position {
    std::string_view file;
    std::uint32_t line = 0;    // 1-based; 0 means the file as a whole
    std::uint32_t column = 0;  // 1-based, in code points

    bool operator==(const Position&) const = default;
};

template <typename T>
struct Located {
    T value;
    Position at;
};

struct Diagnostic {
    Position at;
    std::string key;      // the path of the key, "container.mount.source"; may be empty
    std::string message;  // lower case, no full stop
};

using Diagnostics = std::vector<Diagnostic>;

// A piece of a definition as messages show it: in quotes, on one line, of bounded length.
std::string quoted(std::string_view text);

// "FILE:LINE:COLUMN" as far as known.
std::string format(const Position& at);

// "FILE:LINE:COLUMN: error: KEY: MESSAGE", the form that compilers use and editors can jump to.
std::string format(const Diagnostic& diagnostic);

// By file, line, column and text, without repetitions: the order must not depend on the order in
// which files were read.
void sort(Diagnostics& diagnostics);

}  // namespace caisson
