// SPDX-License-Identifier: LGPL-2.1-or-later
#include "runtime/host_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/text.h"
#include "kernel/files.h"
#include "kernel/mounts.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace caisson {
namespace {

constexpr const char* zone_target = "/run/host/localtime";
constexpr const char* manager = "caisson";
constexpr const char* uuid_variable = "container_uuid";

// A file of the host, for everyone to read.
Result<void> bind_file(const std::string& source, const char* target, PreparedRoot& root) {
    const UniqueFd file = TRY(open_path(source, O_PATH));
    UniqueFd detached =
        TRY(clone_mount(file.get(), Submounts::Leave,
                        {.read_only = true, .nosuid = true, .nodev = true, .noexec = true}));
    TRY(set_propagation(detached.get(), Submounts::Leave, Propagation::Private));
    root.add_own(target, std::move(detached));
    return {};
}

// The same at every start, another for every container and host: id128 as machine-id(5) has it.
Result<std::string> container_uuid(const std::string& name) {
    const UniqueFd file = TRY(open_path("/etc/machine-id", O_RDONLY));
    const std::string machine = TRY(read_file(file.get(), 4096, "/etc/machine-id"));
    const std::string key = "caisson " + std::string(trim(machine)) + " " + name;
    const XXH128_hash_t hash = XXH3_128bits(key.data(), key.size());
    // RFC 9562, version 8 and variant 10.
    const auto high = static_cast<unsigned long long>((hash.high64 & ~0xf000ULL) | 0x8000ULL);
    const auto low = static_cast<unsigned long long>((hash.low64 & ~(3ULL << 62)) | (2ULL << 62));
    char text[40];
    (void)std::snprintf(text, sizeof text, "%08llx-%04llx-%04llx-%04llx-%012llx", high >> 32,
                        high >> 16 & 0xffff, high & 0xffff, low >> 48, low & 0xffffffffffffULL);
    return std::string(text);
}

Result<void> write_file(int root, const char* path, const std::string& text) {
    TRY(make_file(root, path));
    const UniqueFd file = TRY(open_without_links(root, path, O_WRONLY | O_TRUNC));
    return write_all(file.get(), text + "\n", path);
}

}  // namespace

Result<void> add_time_zone(const Plan& plan, PreparedRoot& root, const Variables& variables,
                           Variables& extra) {
    const bool is_given = std::any_of(variables.begin(), variables.end(),
                                      [](const auto& variable) { return variable.first == "TZ"; });
    if (plan.timezone.empty() || is_given)
        return {};
    const bool is_host = plan.timezone == "host";
    const std::string file = is_host ? "/etc/localtime" : "/usr/share/zoneinfo/" + plan.timezone;
    Result<void> bound =
        plan.timezone == "UTC" ? Result<void>() : bind_file(file, zone_target, root);
    // A host without the file keeps UTC, localtime(5).
    const bool is_utc = plan.timezone == "UTC" || (is_host && !bound && bound.error().is(ENOENT));
    if (!bound && !is_utc)
        return std::move(bound.error()).within("timezone " + plan.timezone);
    extra.emplace_back("TZ", is_utc ? "UTC" : std::string(":") + zone_target);
    return {};
}

Result<void> add_boot_environment(const Plan& plan, PreparedRoot& root, Variables& extra) {
    if (!plan.boot)
        return {};
    std::string uuid = TRY(container_uuid(plan.name));
    extra.emplace_back(uuid_variable, std::move(uuid));
    Result<void> bound = bind_file("/etc/os-release", "/run/host/os-release", root);
    if (!bound && !bound.error().is(ENOENT))
        return bound;
    return {};
}

Result<void> write_boot_files(int root, const Variables& extra) {
    TRY(write_file(root, "/run/host/container-manager", manager));
    for (const auto& [name, value] : extra)
        if (name == uuid_variable)
            TRY(write_file(root, "/run/host/container-uuid", value));
    return {};
}

Result<std::vector<std::string>> boot_command(int root, const std::vector<std::string>& command) {
    if (!command.empty())
        return command;
    for (const char* init :
         {"/usr/lib/systemd/systemd", "/lib/systemd/systemd", "/sbin/init", "/init"})
        if (open_in_root(root, init, O_PATH))
            return std::vector<std::string>{init};
    return plain_error("boot: no init system in the root: looked for /usr/lib/systemd/systemd, "
                       "/sbin/init and /init");
}

}  // namespace caisson
