// SPDX-License-Identifier: LGPL-2.1-or-later
#include <fcntl.h>

#include "base/log.h"
#include "base/text.h"
#include "kernel/files.h"
#include "runtime/verbs.h"
#include "systemd/notify.h"

namespace caisson {

Result<void> report(const std::string& path) {
    const UniqueFd file = TRY(open_path(path, O_RDONLY | O_NOFOLLOW));
    const std::string text = TRY(read_file(file.get(), 16 * 1024 * 1024, path));
    std::string_view first;
    for (const std::string_view line : split(trim(text), '\n')) {
        if (first.empty())
            first = line;
        log_error(line);
    }
    const bool heard = TRY(notify("STATUS=" + std::string(first)));
    if (heard)
        TRY(notify_barrier(10 * 1000));
    return {};
}

}  // namespace caisson
