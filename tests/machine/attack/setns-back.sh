#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Back into the namespaces of the host's first process. Weakened: it is visible, no user namespace, no filter,
# CAP_SYS_ADMIN, CAP_SYS_PTRACE.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

echo secret >"$home/canary"
printf '%s\n' "$home/canary" >"$image/path"
attack <<'SH'
for pid in /proc/[0-9]*; do
    got=$(nsenter --target "${pid#/proc/}" --mount --root -- cat "$(cat /path)" 2>/dev/null)
    [[ $got != secret ]] || { escaped "$pid" && break; }
done
for space in user mnt pid net uts ipc cgroup; do
    nsenter --"${space/mnt/mount}"=/proc/1/ns/$space true 2>/dev/null && [[ $space != pid ]] && escaped "setns $space"
done
exit 0
SH
weakened <<'TOML'
user_namespace.mode = "host"
namespaces.pid = "host"
security.seccomp = "unconfined"
security.capabilities.add = ["SYS_ADMIN", "SYS_PTRACE"]
TOML
holds "no namespace can be entered"
detects
check "it is seen to read the host's files" has '^ESCAPED /proc/' logs "$name-weakened"
finish
