// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/journal_field.h"

#include "core/diagnostic.h"

namespace caisson {
namespace {

constexpr std::string_view prefix = "CAISSON_LABEL_";
constexpr std::size_t longest_field = 64;  // systemd.exec(5) refuses longer names

}  // namespace

std::string journal_field(std::string_view label) {
    std::string field(prefix);
    for (const char c : label) {
        if (c >= 'a' && c <= 'z')
            field += static_cast<char>(c - 'a' + 'A');
        else if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            field += c;
        else
            field += '_';
    }
    return field;
}

Complaint check_label_name(std::string_view label) {
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
    if (!label.empty() && label.size() <= longest_field - prefix.size() &&
        label.find_first_not_of(allowed) == std::string_view::npos)
        return std::nullopt;
    return quoted(label) + " is no label: up to 50 of letters, digits, \".\", \"_\", \"-\", \"/\"";
}

}  // namespace caisson
