#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The runtime is traced, its memory, descriptors and root taken, by a container into whose PID namespace another one is
# started. Weakened: no user namespace, CAP_SYS_PTRACE, no filter.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

attack <<'SH'
probe hunt caisson-runtime 3 | sort -u | while read -r what pid _; do
    [[ $what == seen ]] && echo "seen $pid" || escaped "$what $pid"
done
exit 0
SH
target() {
    command='"/bin/probe", "pid"' container "$name-target" scope "$1" "namespaces.pid = \"container:$2\""
}
hunted() {
    local count=0
    systemctl start "$1"
    while ! has_ended "$1" && ((count++ < 40)); do
        systemctl start "$name-target" 2>/dev/null
        within 5 has_ended "$name-target" >/dev/null
    done
    within 10 has_ended "$1"
}
container "$name-watcher" scope
target '' "$name-watcher"
reload
hunted "$name-watcher"
check "the runtime is seen" has '^seen' logs "$name-watcher"
check "nothing of it can be had" contained "$name-watcher"
container "$name-weakened" scope 'user_namespace.mode = "host"
security.capabilities.add = ["SYS_PTRACE"]
security.seccomp = "unconfined"'
target 'user_namespace.mode = "host"' "$name-weakened"
reload
hunted "$name-weakened"
for what in ptrace pidfd_getfd fd root mem; do
    check "$what is seen to succeed where settings let it" has "^ESCAPED $what" logs "$name-weakened"
done
finish
