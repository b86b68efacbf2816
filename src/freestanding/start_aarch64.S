/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the C library would bring: the process's entry and the system call. */
    .text
    .globl _start
    .type _start, %function
_start:
    mov x29, #0
    mov x30, #0
    mov x0, sp
    bl start
    brk #0
    .size _start, . - _start

    .globl system_call
    .type system_call, %function
system_call:
    mov x8, x0
    mov x0, x1
    mov x1, x2
    mov x2, x3
    mov x3, x4
    mov x4, x5
    mov x5, x6
    svc #0
    ret
    .size system_call, . - system_call

    .section .note.GNU-stack, "", %progbits
