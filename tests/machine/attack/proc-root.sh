#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# /proc/PID/root of a process of the host is the host's root. Weakened: the host's processes are visible, no user namespace,
# CAP_SYS_PTRACE.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

echo secret >"$home/canary"
printf '%s\n' "$home/canary" >"$image/path"
attack <<'SH'
path=$(cat /path)
for root in /proc/[0-9]*/root /proc/[0-9]*/cwd /proc/self/fd/* /proc/[0-9]*/fd/*; do
    [[ $(cat "$root$path" "$root/../../../../../..$path" 2>/dev/null) != *secret* ]] || { escaped "$root" && break; }
done
SH
weakened <<'TOML'
user_namespace.mode = "host"
namespaces.pid = "host"
security.capabilities.add = ["SYS_PTRACE"]
TOML
holds "no process leads to the host's root"
detects
finish
