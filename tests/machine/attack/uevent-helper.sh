#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Files of /sys that change the host: the program that the kernel runs for events, where it has it, and others. What is
# written is what is there. Weakened: no user namespace, no filter, CAP_SYS_ADMIN.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

attack <<'SH'
mount -o remount,bind,rw /sys 2>/dev/null
mkdir -p /scratch && mount -t sysfs sysfs /scratch 2>/dev/null
for top in /sys /scratch; do
    for file in kernel/uevent_helper kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs \
        kernel/mm/ksm/sleep_millisecs; do
        value=$(cat "$top/$file" 2>/dev/null) || continue
        (printf '%s\n' "$value" >"$top/$file") 2>/dev/null && escaped "$top/$file"
    done
done
exit 0
SH
weakened <<'TOML'
user_namespace.mode = "host"
security.seccomp = "unconfined"
security.capabilities.add = ["SYS_ADMIN"]
TOML
holds "nothing in /sys can be written"
detects
finish
