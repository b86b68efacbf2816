// SPDX-License-Identifier: LGPL-2.1-or-later
// The module's one entry. Only plain data crosses it: program and module each have a C++ library
// of their own.
#include "systemd/scope_module.h"

#include <cstdio>

#include "systemd/scope.h"

extern "C" int caisson_start_scope(const caisson_scope_request* request, char* message,
                                   unsigned long size) {
    caisson::ScopeRequest scope{.name = request->name,
                                .slice = request->slice,
                                .service = request->service,
                                .description = request->description,
                                .pid = request->pid,
                                .pidfd = request->pidfd,
                                .limits = {}};
    for (const char* const* limit = request->limits; *limit != nullptr; limit += 2)
        scope.limits.push_back({limit[0], limit[1]});
    caisson::Result<void> started = caisson::start_scope(scope);
    if (started)
        return 0;
    (void)std::snprintf(message, size, "%s", started.error().message.c_str());
    return started.error().code != 0 ? started.error().code : -1;
}
