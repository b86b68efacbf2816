#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A module is loaded into the kernel. Weakened: CAP_SYS_MODULE, no user namespace.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

vm_only
module=$(find "/lib/modules/$(uname -r)" -name 'dummy.ko' | head -n1)
[[ -n $module ]] || { echo "skip: no uncompressed module here to try with" && exit 77; }
rmmod dummy 2>/dev/null
cp "$module" "$image/module.ko"
canary() { fails grep -q '^dummy ' /proc/modules; }
attack <<'SH'
/busybox insmod /module.ko 2>/dev/null && escaped insmod
[[ $(probe syscall delete_module no_such_module) == *EPERM ]] || escaped delete_module
exit 0
SH
holds "no module can be loaded"
detects <<'TOML'
user_namespace.mode = "host"
security.capabilities.add = ["SYS_MODULE"]
TOML
check "which is in the host's kernel" fails canary
rmmod dummy
finish
