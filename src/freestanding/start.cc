// SPDX-License-Identifier: LGPL-2.1-or-later
// A program's start without a C library, and the functions that the compiler and <string_view>
// call of their own accord. Beside it goes start_ARCHITECTURE.S.
#include "freestanding/program.h"
#include "freestanding/syscalls.h"

extern "C" {

// The empty asm keeps the compiler from recognising what each of these loops is and calling it.
void* memcpy(void* to, const void* from, size_t size) {
    for (size_t i = 0; i < size; ++i) {
        static_cast<char*>(to)[i] = static_cast<const char*>(from)[i];
        __asm__ volatile("");
    }
    return to;
}

void* memmove(void* to, const void* from, size_t size) {
    if (to <= from)
        return memcpy(to, from, size);
    for (size_t i = size; i-- > 0;) {
        static_cast<char*>(to)[i] = static_cast<const char*>(from)[i];
        __asm__ volatile("");
    }
    return to;
}

void* memset(void* to, int value, size_t size) {
    for (size_t i = 0; i < size; ++i) {
        static_cast<char*>(to)[i] = static_cast<char>(value);
        __asm__ volatile("");
    }
    return to;
}

size_t strlen(const char* text) {
    size_t size = 0;
    for (; text[size] != '\0'; ++size)
        __asm__ volatile("");
    return size;
}

// The kernel leaves argc, the arguments, a null, the environment and a null on the stack.
[[noreturn]] void start(long* stack) {
    const int count = static_cast<int>(*stack);
    char** arguments = reinterpret_cast<char**>(stack + 1);
    const int status = caisson::program(count, arguments, arguments + count + 1);
    for (;;)
        caisson::call(SYS_exit_group, status);
}
}
