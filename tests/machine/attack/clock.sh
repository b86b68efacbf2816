#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The host's clock, which has no namespace. Weakened: CAP_SYS_TIME, no user namespace.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

vm_only
attack <<'SH'
for call in clock_settime settimeofday clock_adjtime; do
    result=$(probe syscall "$call")
    echo "$result"
    [[ $call == clock_adjtime || $result == *" -1 "* ]] || escaped "$result"
done
before=$(date +%s)
date -s @1000000000 >/dev/null 2>&1 && { escaped date; date -s "@$before"; }
exit 0
SH
weakened <<'TOML'
user_namespace.mode = "host"
security.capabilities.add = ["SYS_TIME"]
TOML
holds "the clock cannot be set"
detects
finish
