#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Out of the control group, and so out of its limits: by moving a process, by mounting the tree again, by writing to what is
# mounted. Weakened: the host's cgroup namespace, no user namespace, no filter, CAP_SYS_ADMIN.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

canary() { fails test -e /sys/fs/cgroup/attack-escape; }
attack <<'SH'
mount -o remount,rw /sys/fs/cgroup 2>/dev/null
mkdir -p /scratch && mount -t cgroup2 cgroup2 /scratch 2>/dev/null
for top in /sys/fs/cgroup /sys/fs/cgroup/.. /sys/fs/cgroup/../.. /scratch; do
    [[ -e $top/cgroup.procs ]] || continue
    (echo $$ >"$top/cgroup.procs") 2>/dev/null && escaped "$top/cgroup.procs"
    (echo max >"$top/cgroup.max.depth") 2>/dev/null && escaped "$top/cgroup.max.depth"
    mkdir "$top/attack-escape" 2>/dev/null && [[ -e $top/attack-escape/cgroup.procs ]] &&
        echo $$ >"$top/attack-escape/cgroup.procs" && escaped "$top/attack-escape"
done
exit 0
SH
weakened <<'TOML'
user_namespace.mode = "host"
namespaces.cgroup = "host"
security.seccomp = "unconfined"
security.capabilities.add = ["SYS_ADMIN"]
TOML
holds "no process leaves its control group"
detects
find /sys/fs/cgroup -depth -type d -name attack-escape -exec rmdir {} + 2>/dev/null
finish
