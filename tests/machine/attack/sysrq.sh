#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Keys for the kernel, of which some end it; what is tried prints a help text. Weakened: `unmask`, no user namespace.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

vm_only
attack <<'SH'
mkdir -p /scratch && mount -t proc proc /scratch 2>/dev/null
for file in /proc/sysrq-trigger /proc/sys/kernel/sysrq /scratch/sysrq-trigger; do
    [[ ! -e $file ]] || { (echo h >"$file") 2>/dev/null && escaped "$file"; }
done
exit 0
SH
weakened <<'TOML'
user_namespace.mode = "host"
security.unmask = ["/proc/sysrq-trigger"]
TOML
holds "the kernel takes no keys"
detects
finish
