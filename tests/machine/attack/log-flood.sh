#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A flood of lines for the journal. Weakened: no rate limit of the service's.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

vm_only
setting='systemd.service = { LogRateLimitIntervalSec = "30s", LogRateLimitBurst = "500" }'
attack <<'SH'
probe lines 6000 60
exit 0
SH
flood() { logs "$1" | grep -c '\.\.\.$'; }
for placement in scope service; do
    container "$name-$placement" "$placement" "$setting"
done
container "$name-weakened" scope 'systemd.service = { LogRateLimitIntervalSec = "0" }'
reload
for placement in scope service; do
    attempt "$name-$placement"
    check "$placement: no more than the limit is kept" test "$(flood "$name-$placement")" -le 4000
done
attempt "$name-weakened"
check "without the limit all of it is" test "$(flood "$name-weakened")" -ge 6000
finish
