#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A definition removed while its container runs: the container runs on, and its end leaves nothing.
set -uo pipefail
. "$(dirname "$0")/expect.sh"

for placement in scope service; do
    for file in "left-$placement.toml" "many-$placement@.toml"; do
        define "$file" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
command = ["/bin/probe", "sleep", "infinity"]
X
    done
    for name in "left-$placement" "many-$placement@blue"; do
        reload
        systemctl start "$name"
        pid=$(property "$name" MainPID)
        mv /etc/caisson/"${name%blue}".toml /tmp
        reload
        check "$name: runs on without a definition" state_is "$name" active
        check "$name: in the same process" is "$(property "$name" MainPID)" "$pid"
        check "$name: its description says so" has 'definition is gone' systemctl show -p Description "$name"
        check "$name: it stops" systemctl stop "$name"
        check "$name: it ends inactive" state_is "$name" inactive
        check "$name: nothing is left" within 5 leaves_nothing "$name"
        check "$name: it cannot be started again" fails systemctl start "$name"
        check "$name: and says why" within 10 has 'its definition is gone; declare it again' logs "$name"
        systemctl reset-failed "$name"
        reload
        check "$name: then systemd forgets it" is "$(property "$name" LoadState)" not-found
    done
done
finish
