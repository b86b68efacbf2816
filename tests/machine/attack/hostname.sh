#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The host's name, by the call and by the sysctl. Weakened: namespaces.uts = "host", CAP_SYS_ADMIN, no user namespace.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

before=$(hostname)
canary() { is "$(hostname)" "$before"; }
attack <<'SH'
hostname attacker 2>/dev/null && escaped "sethostname"
echo attacker 2>/dev/null >/proc/sys/kernel/hostname && escaped "sysctl"
[[ $(probe syscall setdomainname attacker 8) == *" -1 "* ]] || escaped "setdomainname"
exit 0
SH
weakened <<'TOML'
user_namespace.mode = "host"
namespaces.uts = "host"
security.capabilities.add = ["SYS_ADMIN"]
TOML
holds "the host name stays"
detects
check "which changes the host's name" fails canary
hostname "$before"
finish
