#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A process of the host is killed by its number. Weakened: the host's processes are visible, no user namespace.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

sleep infinity &
victim=$!
echo "$victim" >"$image/victim"
canary() { kill -0 "$victim" 2>/dev/null; }
attack <<'SH'
kill -KILL "$(cat /victim)" 2>/dev/null && escaped "kill"
pidfd=$(probe syscall pidfd_open "$(cat /victim)")
[[ $pidfd == *" -1 "* ]] || escaped "$pidfd"
exit 0
SH
weakened <<'TOML'
user_namespace.mode = "host"
namespaces.pid = "host"
TOML
holds "processes of the host get no signals"
detects
check "the process is gone" within 5 fails canary
finish
