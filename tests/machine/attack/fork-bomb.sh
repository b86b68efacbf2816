#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# More processes than there may be. Weakened: a higher tasks_max.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

vm_only
needs_controller pids
setting='resources.tasks_max = 64'
attack <<'SH'
# Not through a pipe, which the children would hold.
probe fork 500 >/run/result 2>&1
result=$(cat /run/result)
[[ $result == *EAGAIN* ]] || escaped "$result"
kill -KILL -1
SH
sed -i 's/^kill.*/echo ENDED; &/' "$image/attack"
# The host can fork.
canary() { (exit 0); }
holds "there are no more processes than the limit"
setting='resources.tasks_max = 2000'
weakened </dev/null
reload
detects
finish
