// SPDX-License-Identifier: LGPL-2.1-or-later
// Aligned columns for people, coloured where the terminal takes it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace caisson {

enum class Colour { None, Green, Red, Yellow, Grey, Bold };

// The text in that colour, or as it is.
std::string paint(std::string_view text, Colour colour, bool in_colour);

struct Cell {
    std::string text;
    Colour colour = Colour::None;
};

enum class Alignment { Left, Right };

struct Column {
    std::string title;
    Alignment alignment = Alignment::Left;
};

struct Table {
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows;
};

struct Style {
    bool colour = false;
    bool legend = true;   // titles and notes
    bool unicode = true;  // dots
};

std::string render(const Table& table, const Style& style);

}  // namespace caisson
