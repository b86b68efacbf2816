// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ctl/table.h"

#include <algorithm>

#include "ctl/human.h"

namespace caisson {
namespace {

const char* sequence(Colour colour) {
    switch (colour) {
    case Colour::None:
        return "";
    case Colour::Green:
        return "\033[0;1;32m";
    case Colour::Red:
        return "\033[0;1;31m";
    case Colour::Yellow:
        return "\033[0;1;33m";
    case Colour::Grey:
        return "\033[0;90m";
    case Colour::Bold:
        return "\033[0;1;39m";
    }
    return "";
}

std::vector<std::size_t> column_widths(const Table& table, const Style& style) {
    std::vector<std::size_t> widths(table.columns.size(), 0);
    for (std::size_t column = 0; column < widths.size(); ++column) {
        if (style.legend)
            widths[column] = display_width(table.columns[column].title);
        for (const std::vector<Cell>& row : table.rows)
            widths[column] = std::max(widths[column], display_width(row[column].text));
    }
    return widths;
}

std::string render_row(const std::vector<Cell>& row, const Table& table,
                       const std::vector<std::size_t>& widths, const Style& style) {
    std::string line;
    for (std::size_t column = 0; column < row.size(); ++column) {
        const std::string padding(widths[column] - display_width(row[column].text), ' ');
        const std::string text = paint(row[column].text, row[column].colour, style.colour);
        line += column == 0 ? "" : " ";
        line +=
            table.columns[column].alignment == Alignment::Right ? padding + text : text + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
}

}  // namespace

std::string paint(std::string_view text, Colour colour, bool in_colour) {
    if (!in_colour || colour == Colour::None)
        return std::string(text);
    return sequence(colour) + std::string(text) + "\033[0m";
}

std::string render(const Table& table, const Style& style) {
    const std::vector<std::size_t> widths = column_widths(table, style);
    std::string text;
    if (style.legend) {
        std::vector<Cell> titles;
        for (const Column& column : table.columns)
            titles.push_back({column.title});
        text += render_row(titles, table, widths, style);
    }
    for (const std::vector<Cell>& row : table.rows)
        text += render_row(row, table, widths, style);
    return text;
}

}  // namespace caisson
