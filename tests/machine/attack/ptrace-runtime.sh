#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The runtime is traced, its memory, descriptors and root taken, by a container into whose PID namespace another one is
# started. Weakened: no user namespace, CAP_SYS_PTRACE, no filter.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

attack <<SH
$hunt
hunt | sort -u | while read -r what pid _; do
    [[ \$what == seen ]] && echo "seen \$pid" || escaped "\$what \$pid"
done
exit 0
SH
watcher "$name-watcher"
reload
hunted "$name-watcher"
check "the runtime is seen" has '^seen' logs "$name-watcher"
check "nothing of it can be had" contained "$name-watcher"
watcher "$name-weakened" 'user_namespace.mode = "host"
security.capabilities.add = ["SYS_PTRACE"]
security.seccomp = "unconfined"' 'user_namespace.mode = "host"'
reload
# Each moment lets something else be had: a process that is about to end has no memory any more.
had() { has "^ESCAPED $1" logs "$name-weakened" >/dev/null; }
all_had() { had ptrace && had pidfd_getfd && had fd && had root && had mem; }
for _ in {1..5}; do
    hunted "$name-weakened"
    ! all_had || break
done
for what in ptrace pidfd_getfd fd root mem; do
    check "$what is seen to succeed where settings let it" has "^ESCAPED $what" logs "$name-weakened"
done
finish
