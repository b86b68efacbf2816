// SPDX-License-Identifier: LGPL-2.1-or-later
#include "runtime/plan_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "kernel/files.h"

namespace caisson {
namespace {

constexpr std::size_t largest_plan = 16 * 1024 * 1024;

}  // namespace

Result<Plan> load_plan(const std::string& path, const SpecifierValues& specifiers) {
    const UniqueFd file = TRY(open_path(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
    struct stat status {};
    if (::fstat(file.get(), &status) < 0)
        return sys_error("stat", path);
    // A plan is as powerful as root.
    if (status.st_uid != 0 || (status.st_mode & 022) != 0)
        return plain_error("plan " + path + ": others than root can write it");
    const std::string text = TRY(read_file(file.get(), largest_plan, path));
    Plan plan = TRY(decode(text));
    TRY(expand_specifiers(plan, specifiers));
    return plan;
}

std::string running_plan_path(const std::string& name) {
    return std::string(running_plans) + "/" + name + ".json";
}

Result<void> save_running_plan(const Plan& plan) {
    const std::string path = running_plan_path(plan.name);
    const std::string temporary = path + ".new";
    (void)::unlink(temporary.c_str());
    const UniqueFd file = TRY(open_path(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
    TRY(write_all(file.get(), encode(plan), temporary));
    if (::rename(temporary.c_str(), path.c_str()) < 0)
        return sys_error("rename to", path);
    return {};
}

Result<Plan> load_running_plan(const std::string& name) {
    return load_plan(running_plan_path(name), {});
}

}  // namespace caisson
