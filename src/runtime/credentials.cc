// SPDX-License-Identifier: LGPL-2.1-or-later
#include "runtime/credentials.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include <cstdlib>

#include "kernel/files.h"
#include "kernel/mounts.h"

namespace caisson {
namespace {

// Where a container's manager puts them, CONTAINER_INTERFACE of systemd.
constexpr const char* place = "/run/host/credentials";
constexpr const char* variable = "CREDENTIALS_DIRECTORY";
constexpr std::size_t largest_sum = 1024 * 1024;  // as systemd has it

Result<Credential> open_credential(int directory, const std::string& name) {
    Credential credential{.name = name, .file = {}};
    credential.file.reset(
        ::openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!credential.file)
        return sys_error("open");
    struct stat status {};
    if (::fstat(credential.file.get(), &status) < 0)
        return sys_error("stat");
    if (!S_ISREG(status.st_mode))
        return plain_error("not a regular file");
    credential.size = static_cast<std::size_t>(status.st_size);
    return credential;
}

Result<void> copy(const Credential& credential, int directory, const Identity& owner) {
    const UniqueFd file(::openat(directory, credential.name.c_str(),
                                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400));
    if (!file)
        return sys_error("create");
    off_t at = 0;
    while (static_cast<std::size_t>(at) < credential.size) {
        const ssize_t copied = ::sendfile(file.get(), credential.file.get(), &at,
                                          credential.size - static_cast<std::size_t>(at));
        if (copied < 0 && errno != EINTR)
            return sys_error("copy");
        if (copied == 0)
            return plain_error("it became shorter");
    }
    if (::fchown(file.get(), owner.uid, owner.gid) < 0)
        return sys_error("give it to the payload's user");
    return {};
}

}  // namespace

Result<Credentials> open_credentials(const Plan& plan) {
    Credentials credentials;
    if (plan.credentials.empty())
        return credentials;
    const char* path = std::getenv(variable);
    if (path == nullptr)
        return plain_error("credential " + plan.credentials.front() + ": systemd passed none");
    const UniqueFd directory = TRY(open_path(path, O_PATH | O_DIRECTORY | O_NOFOLLOW));
    std::size_t sum = 0;
    for (const std::string& name : plan.credentials) {
        Result<Credential> credential = open_credential(directory.get(), name);
        if (!credential)
            return std::move(credential.error()).within("credential " + name);
        sum += credential->size;
        if (sum > largest_sum)
            return plain_error("credential " + name + ": more than 1 MiB in all");
        credentials.push_back(std::move(*credential));
    }
    return credentials;
}

void add_credentials_variable(const Plan& plan, Variables& variables) {
    if (!plan.credentials.empty())
        variables.emplace_back(variable, place);
}

Result<void> mount_credentials(int root, const Credentials& credentials, const Identity& owner) {
    if (credentials.empty())
        return {};
    // Unlike tmpfs, no page of it goes to swap.
    const MountFlags flags{.nosuid = true, .nodev = true, .noexec = true};
    const UniqueFd mount = TRY(new_mount("ramfs", {{"mode", "0700"}}, flags));
    for (const Credential& credential : credentials)
        if (Result<void> done = copy(credential, mount.get(), owner); !done)
            return std::move(done.error()).within("credential " + credential.name);
    if (::fchmodat(mount.get(), ".", 0500, 0) < 0 ||
        ::fchownat(mount.get(), ".", owner.uid, owner.gid, 0) < 0)
        return sys_error("give the credentials to the payload's user");
    TRY(make_mount_read_only(mount.get()));
    const UniqueFd target = TRY(make_directory(root, place));
    return attach(mount.get(), target.get(), place);
}

}  // namespace caisson
