// SPDX-License-Identifier: LGPL-2.1-or-later
// A freestanding program's only way to the kernel: the raw system call, which returns -errno. The
// C library would cost more memory than all else in one (684 KiB of a static glibc against 28).
#pragma once

#include <sys/syscall.h>
#include <sys/types.h>

#include <cstddef>

extern "C" long system_call(long number, long a, long b, long c, long d, long e, long f);

namespace caisson {

inline long argument_of(long value) {
    return value;
}

inline long argument_of(const void* pointer) {
    return reinterpret_cast<long>(pointer);
}

template <typename... Arguments>
long call(long number, Arguments... arguments) {
    const long a[6] = {argument_of(arguments)...};
    return system_call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

inline void close_fd(int& fd) {
    if (fd >= 0)
        (void)call(SYS_close, fd);
    fd = -1;
}

}  // namespace caisson
