#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# An abstract socket of the host has no file that a mount namespace could hide. Weakened: network.mode = "host".
set -uo pipefail
. "$(dirname "$0")/attack.sh"

probe abstract-listen attack-canary -- sleep infinity &
listener=$!
attack <<'SH'
answer=$(probe abstract attack-canary)
echo "$answer"
[[ $answer == *yes* || $answer == *connected* ]] && escaped "$answer"
exit 0
SH
within 5 grep -q attack-canary /proc/net/unix
weakened <<'TOML'
network.mode = "host"
TOML
holds "abstract sockets of the host are out of reach"
detects
kill "$listener"
finish
