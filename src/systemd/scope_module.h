// SPDX-License-Identifier: LGPL-2.1-or-later
// The C interface of scope.so, see systemd/scope.h.
#pragma once

struct caisson_scope_request {
    const char* name;
    const char* slice;
    const char* service;
    const char* description;
    int pid;
    int pidfd;
    const char* const* limits;  // KEY, VALUE, KEY, VALUE, ..., null
};

// 0, or the errno (-1 when there is none) with the message, cut to `size`.
extern "C" int caisson_start_scope(const caisson_scope_request* request, char* message,
                                   unsigned long size);
