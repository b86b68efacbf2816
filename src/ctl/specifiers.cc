// SPDX-License-Identifier: LGPL-2.1-or-later
#include "ctl/specifiers.h"

#include <sys/utsname.h>

#include <cstdio>
#include <memory>

#include "base/scope_exit.h"
namespace caisson {
namespace {

std::string first_line(const char* path) {
    const std::unique_ptr<std::FILE, Releases<std::fclose>> file(std::fopen(path, "re"));
    std::string line;
    for (int c = 0; file && (c = std::fgetc(file.get())) != EOF && c != '\n';)
        line += static_cast<char>(c);
    return line;
}

std::string without_dashes(std::string text) {
    std::erase(text, '-');
    return text;
}

int hex_digit(char c) {
    constexpr std::string_view digits = "0123456789abcdef";
    const std::size_t digit = digits.find(c);
    return digit == digits.npos ? -1 : static_cast<int>(digit);
}

// systemd.unit(5): "-" stands for "/", "\xNN" for a byte.
std::string unescape(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text.substr(at, 2) == "\\x" && at + 3 < text.size() && hex_digit(text[at + 2]) >= 0 &&
            hex_digit(text[at + 3]) >= 0) {
            plain += static_cast<char>(hex_digit(text[at + 2]) * 16 + hex_digit(text[at + 3]));
            at += 3;
        } else {
            plain += text[at] == '-' ? '/' : text[at];
        }
    }
    return plain;
}

}  // namespace

SpecifierValues specifiers_of(const Target& target) {
    const std::string stem = target.service.substr(0, target.service.rfind(".service"));
    const std::size_t at = target.name.find('@');
    const std::string instance = at == std::string::npos ? "" : target.name.substr(at + 1);
    utsname host{};
    (void)::uname(&host);
    return {
        {'i', instance},
        {'I', unescape(instance)},
        {'n', target.service},
        {'N', unescape(stem)},
        {'H', host.nodename},
        {'m', first_line("/etc/machine-id")},
        {'b', without_dashes(first_line("/proc/sys/kernel/random/boot_id"))},
        {'v', host.release},
        {'t', "/run"},
        {'S', "/var/lib"},
    };
}

}  // namespace caisson
