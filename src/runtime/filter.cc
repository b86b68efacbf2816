// SPDX-License-Identifier: LGPL-2.1-or-later
#include "runtime/filter.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "core/diagnostic.h"
#include "kernel/files.h"
#include "store/state.h"

namespace caisson {
namespace {

constexpr std::size_t largest_profile = 1024 * 1024;

bool wants_filter(const Seccomp& seccomp) {
    return seccomp.mode != SeccompMode::Unconfined || !seccomp.deny.empty();
}

Result<std::string> read_profile(const std::string& path) {
    // Links are followed; what counts is who can write the file in the end.
    const UniqueFd file = TRY(open_path(path, O_RDONLY | O_NONBLOCK | O_NOCTTY));
    struct stat status {};
    if (::fstat(file.get(), &status) < 0)
        return sys_error("stat", path);
    if (!S_ISREG(status.st_mode))
        return plain_error(path + ": is no regular file");
    if (status.st_uid != 0 || (status.st_mode & 022) != 0)
        return plain_error(path + ": others than root can write it");
    return read_file(file.get(), largest_profile, path);
}

Result<SeccompProfile> load_profile(const Plan& plan) {
    const std::string& path = plan.seccomp.profile;
    const std::string text = TRY(read_profile(path));
    const SeccompFacts facts = TRY(gather_seccomp_facts(plan.capabilities));
    Result<SeccompProfile> profile = parse_seccomp_profile(text, facts);
    if (!profile)
        return std::move(profile.error()).within(path);
    return profile;
}

Result<void> check_names(std::string_view key, const std::vector<std::string>& names) {
    for (const std::string& name : names)
        if (!is_known_syscall(name))
            return plain_error(std::string(key) + ": " + quoted(name) + " is no system call");
    return {};
}

Result<SeccompProfile> profile_of(const Plan& plan) {
    switch (plan.seccomp.mode) {
    case SeccompMode::Profile:
        return load_profile(plan);
    case SeccompMode::Unconfined:
        return unconfined_seccomp_profile();
    case SeccompMode::Default:
        break;
    }
    return default_seccomp_profile(plan.capabilities);
}

}  // namespace

Result<std::optional<SeccompFilter>> payload_filter(const Plan& plan) {
    if (!wants_filter(plan.seccomp))
        return std::optional<SeccompFilter>();
    TRY(check_names("container.security.seccomp_allow", plan.seccomp.allow));
    TRY(check_names("container.security.seccomp_deny", plan.seccomp.deny));
    SeccompProfile profile = TRY(profile_of(plan));
    override_syscalls(profile, plan.seccomp.allow, plan.seccomp.deny);
    SeccompFilter filter = TRY(load_filter(profile));
    TRY(save_filter(filter, running_filter_path(plan.name)));
    return std::optional<SeccompFilter>(std::move(filter));
}

Result<std::optional<SeccompFilter>> running_filter(const Plan& plan) {
    if (!wants_filter(plan.seccomp))
        return std::optional<SeccompFilter>();
    SeccompFilter filter = TRY(read_filter(running_filter_path(plan.name)));
    return std::optional<SeccompFilter>(std::move(filter));
}

std::string running_filter_path(const std::string& name) {
    return std::string(running_plans) + "/" + name + ".seccomp";
}

}  // namespace caisson
