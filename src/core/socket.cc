// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/socket.h"

#include <algorithm>

#include "base/text.h"

namespace caisson {
namespace {

bool is_port(std::string_view text) {
    const std::optional<unsigned> port = parse_integer<unsigned>(text);
    return port && *port >= 1 && *port <= 65535;
}

bool is_ipv4(std::string_view text) {
    int parts = 0;
    for (const std::string_view part : split(text, '.')) {
        const std::optional<unsigned> number = parse_integer<unsigned>(part);
        if (!number || *number > 255)
            return false;
        ++parts;
    }
    return parts == 4;
}

bool is_ipv6(std::string_view text) {
    return text.find(':') != text.npos &&
           text.find_first_not_of("0123456789abcdefABCDEF:.%") == text.npos;
}

// "CID:PORT", where either may be missing.
bool is_vsock(std::string_view text) {
    const std::size_t colon = text.find(':');
    if (colon == text.npos)
        return false;
    const std::string_view cid = text.substr(0, colon);
    return (cid.empty() || parse_integer<unsigned>(cid)) &&
           parse_integer<unsigned>(text.substr(colon + 1));
}

bool is_internet(std::string_view address) {
    if (is_port(address))
        return true;
    const std::size_t colon = address.rfind(':');
    if (colon == address.npos || !is_port(address.substr(colon + 1)))
        return false;
    std::string_view host = address.substr(0, colon);
    if (!consume_prefix(host, "["))
        return is_ipv4(host);
    return host.ends_with("]") && is_ipv6(host.substr(0, host.size() - 1));
}

std::string_view listen_directive(const SocketSpec& socket) {
    const std::string_view type = socket.type ? socket.type->value : "stream";
    return type == "datagram"    ? "ListenDatagram"
           : type == "seqpacket" ? "ListenSequentialPacket"
                                 : "ListenStream";
}

}  // namespace

Complaint check_socket_address(std::string_view address) {
    constexpr std::size_t longest = 107;  // sun_path, unix(7)
    const bool is_file = address.starts_with("/");
    std::string_view rest = address;
    if (is_file || address.starts_with("@")) {
        if (address.size() < 2 || address.size() > longest)
            return quoted(address) + " is too short or too long for a socket's address";
        return is_file ? check_absolute_path(address) : std::nullopt;
    }
    // What a specifier stands for is systemd's to judge.
    if (address.find('%') != address.npos || is_internet(address))
        return std::nullopt;
    if (consume_prefix(rest, "vsock:") && is_vsock(rest))
        return std::nullopt;
    return quoted(address) + " is no address; write a path, a port, \"127.0.0.1:80\", \"[::1]:80\" "
                             "or \"@name\"";
}

std::string socket_name(std::string_view service) {
    return std::string(service.substr(0, service.rfind('.'))) + ".socket";
}

const Given<std::string>& socket_owner(const ContainerSpec& spec,
                                       Given<std::string> SocketSpec::*field) {
    static const Given<std::string> none;
    for (const SocketSpec& socket : spec.sockets)
        if (socket.*field)
            return socket.*field;
    return none;
}

Unit socket_for(const DeclaredContainer& container) {
    const ContainerSpec& spec = container.spec;
    Unit unit{socket_name(container.service), {}};
    if (spec.sockets.empty())
        return unit;
    Section& section = unit.section("Unit");
    section.add("Description",
                "Sockets of container " + spec.name + (spec.is_template ? "%i" : ""));
    section.add("Documentation", "man:caisson.toml(5)");
    section.add("SourcePath", escape_specifiers(spec.definition));
    Section& socket = unit.section("Socket");
    const auto is_file = [](const SocketSpec& one) { return one.listen->value.starts_with("/"); };
    for (const SocketSpec& one : spec.sockets)
        socket.add(listen_directive(one), one.listen->value);
    if (const Given<std::string>& mode = socket_owner(spec, &SocketSpec::mode))
        socket.add("SocketMode", mode->value);
    if (const Given<std::string>& user = socket_owner(spec, &SocketSpec::user))
        socket.add("SocketUser", user->value);
    if (std::any_of(spec.sockets.begin(), spec.sockets.end(), is_file))
        socket.add("RemoveOnStop", "yes");
    return unit;
}

}  // namespace caisson
