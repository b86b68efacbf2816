#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# All file descriptors of the system, by one process. Weakened: no limit of the definition's.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

setting='limits.nofile = "64:64"'
attack <<'SH'
ulimit -n 100000 2>/dev/null && escaped "limit raised"
ulimit -n "$(ulimit -H -n)"
count=0
for ((fd = 10; fd < 200; fd++)); do
    eval "exec $fd</dev/null" 2>/dev/null || break
    count=$((count + 1))
done
((count < 64)) || escaped "$count descriptors"
exit 0
SH
holds "a process opens no more than its limit"
setting='limits.nofile = "4096:4096"'
weakened </dev/null
reload
detects
finish
