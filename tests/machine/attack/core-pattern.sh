#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The program that the kernel runs, as the host's root, when something crashes. Weakened: no user namespace, /proc/sys
# writable.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

vm_only
before=$(cat /proc/sys/kernel/core_pattern)
canary() { is "$(cat /proc/sys/kernel/core_pattern)" "$before"; }
attack <<'SH'
mount -o remount,rw /proc/sys 2>/dev/null
umount /proc/sys 2>/dev/null
mkdir -p /scratch && mount -t proc proc /scratch 2>/dev/null
for top in /proc /scratch; do
    (echo '|/attack' >"$top/sys/kernel/core_pattern") 2>/dev/null && escaped "$top"
done
exit 0
SH
weakened <<'TOML'
user_namespace.mode = "host"
security.unmask = ["/proc/sys"]
TOML
holds "core_pattern cannot be written"
detects
check "which is the host's" fails canary
echo "$before" >/proc/sys/kernel/core_pattern
finish
