#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A module is loaded into the kernel. Weakened: CAP_SYS_MODULE, no user namespace.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

vm_only
module=$(modinfo -n dummy)
rmmod dummy 2>/dev/null
case $module in
*.ko) cp "$module" "$image/module.ko" ;;
*.xz) xz -dc "$module" >"$image/module.ko" ;;
*.zst) zstd -qdc "$module" >"$image/module.ko" ;;
esac
canary() { fails grep -q '^dummy ' /proc/modules; }
attack <<'SH'
/busybox insmod /module.ko 2>/dev/null && escaped insmod
[[ $(probe syscall delete_module no_such_module) == *EPERM ]] || escaped delete_module
exit 0
SH
weakened <<'TOML'
user_namespace.mode = "host"
security.capabilities.add = ["SYS_MODULE"]
TOML
holds "no module can be loaded"
detects
check "which is in the host's kernel" fails canary
rmmod dummy
finish
