/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the C library would bring: the process's entry and the system call. */
    .text
    .globl _start
    .type _start, @function
_start:
    xor %ebp, %ebp
    mov %rsp, %rdi
    and $-16, %rsp
    call start
    hlt
    .size _start, . - _start

    .globl system_call
    .type system_call, @function
system_call:
    mov %rdi, %rax
    mov %rsi, %rdi
    mov %rdx, %rsi
    mov %rcx, %rdx
    mov %r8, %r10
    mov %r9, %r8
    mov 8(%rsp), %r9
    syscall
    ret
    .size system_call, . - system_call

    .section .note.GNU-stack, "", @progbits
