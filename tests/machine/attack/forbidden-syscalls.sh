#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# System calls that are ways into the kernel. Weakened: no filter, no user namespace, capabilities; then those that need none
# other get past the filter and are told only that their arguments make no sense.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

attack <<'SH'
for call in acct add_key bpf delete_module finit_module fsopen init_module io_uring_setup kexec_load keyctl mount \
    mount_setattr move_mount open_by_handle_at open_tree perf_event_open pivot_root quotactl request_key setns swapoff \
    swapon umount2 unshare userfaultfd syslog "socket 38 5 0" "socket 40 1 0"; do
    # shellcheck disable=SC2086  # arguments
    result=$(probe syscall $call)
    [[ $result == *" EPERM" || $result == *" ENOSYS" ]] || escaped "$call: $result"
done
SH
weakened <<'TOML'
user_namespace.mode = "host"
security.seccomp = "unconfined"
security.capabilities.add = ["SYS_ADMIN", "SYS_PTRACE", "DAC_READ_SEARCH"]
TOML
holds "system calls that containers have no use for are refused"
detects
for call in bpf mount setns keyctl open_by_handle_at unshare userfaultfd pivot_root; do
    check "$call is seen to get through" has "^ESCAPED $call" logs "$name-weakened"
done
finish
