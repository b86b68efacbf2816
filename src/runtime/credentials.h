// SPDX-License-Identifier: LGPL-2.1-or-later
// Secrets, which systemd has put below $CREDENTIALS_DIRECTORY (systemd.exec(5), LoadCredential=),
// on their way into the container. The kernel copies them from file to file: no memory of ours ever
// holds one.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "core/passwd.h"
#include "core/plan.h"
#include "runtime/environment.h"

namespace caisson {

struct Credential {
    std::string name;
    UniqueFd file;
    std::size_t size = 0;
};

using Credentials = std::vector<Credential>;

// In the parent: all that the plan names. Fails with the name of the first one that is missing.
Result<Credentials> open_credentials(const Plan& plan);

// For whatever runs in a container that has some.
void add_credentials_variable(const Plan& plan, Variables& variables);

// In the child, in its own user namespace; `root` is the container's root directory. They are
// `owner`'s alone, in memory that is never swapped, and gone with the mount namespace.
Result<void> mount_credentials(int root, const Credentials& credentials, const Identity& owner);

}  // namespace caisson
