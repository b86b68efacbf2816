#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The host is rebooted; what is tried is the switch of Ctrl-Alt-Del, which harms nothing. Weakened: CAP_SYS_BOOT, the host's
# PID namespace, no user namespace.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

vm_only
attack <<'SH'
result=$(probe syscall reboot 0xfee1dead 672274793 0)
[[ $result == *" -1 "* ]] || escaped "$result"
result=$(probe syscall kexec_load 0 0 0 0)
[[ $result == *EPERM ]] || escaped "$result"
exit 0
SH
weakened <<'TOML'
user_namespace.mode = "host"
namespaces.pid = "host"
security.capabilities.add = ["SYS_BOOT"]
TOML
holds "the host cannot be rebooted"
detects
finish
