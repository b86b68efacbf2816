// SPDX-License-Identifier: LGPL-2.1-or-later
// A program's start on architectures that have no start_ARCHITECTURE.S: with the C library,
// and therefore ten times the memory.
#include <unistd.h>

#include <cerrno>

#include "freestanding/program.h"
#include "freestanding/syscalls.h"

extern "C" long system_call(long number, long a, long b, long c, long d, long e, long f) {
    const long result = ::syscall(number, a, b, c, d, e, f);
    return result == -1 ? -errno : result;
}

int main(int count, char** arguments) {
    return caisson::program(count, arguments, environ);
}
