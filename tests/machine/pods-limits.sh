#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The limits of a pod are those of all its containers together: each fits alone, both do not.
set -uo pipefail
. "$(dirname "$0")/expect.sh"
for controller in memory pids; do
    has_controller "$controller" || { echo "skip: no $controller controller here; the vm back end has it" && exit 77; }
done

readonly slice=caisson-shop.slice

# pod LIMITS COMMAND: with two containers that do the same.
pod() {
    local name
    {
        printf '[pod]\nshare = []\nautostart = false\nresources = { %s }\n' "$1"
        for name in one two; do
            cat <<X
[[container]]
name = "$name"
pod = "shop"
autostart = false
restart = "no"
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
command = ["/bin/probe", $2, "--", "sleep", "infinity"]
X
        done
    } | define shop.toml
    reload
}

of_slice() { cat "/sys/fs/cgroup$(property $slice ControlGroup)/$1"; }
uses_more_than() { (($(of_slice memory.current) > $1)); }
one_has_failed() { state_is one failed || state_is two failed; }

for placement in scope service; do
    echo "# placement $placement"
    pod 'memory_max = "96M", memory_swap_max = "0"' '"allocate", "64M"'
    systemctl start one
    check "memory: the ceiling" is "$(of_slice memory.max)" 100663296
    check "one fits" within 30 uses_more_than 64000000
    check "and stays" state_is one active
    check "no kill" has '^oom_kill 0$' of_slice memory.events
    systemctl start two
    check "two do not: one is killed" within 30 one_has_failed
    check "by the limit of the pod" has '^oom_kill [1-9]' of_slice memory.events
    systemctl stop $slice
    systemctl reset-failed

    pod 'tasks_max = 20' '"fork", "11"'
    systemctl start one
    check "tasks: the ceiling" is "$(of_slice pids.max)" 20
    check "one fits" within 10 has '^fork 11$' logs one
    systemctl start two
    check "two do not" within 10 has '^fork [0-9]+ EAGAIN$' logs two
    systemctl stop $slice
    systemctl start two
    check "the other alone fits" within 10 has '^fork 11$' logs two
    systemctl stop $slice
    systemctl reset-failed
    check "nothing is left" within 5 leaves_nothing one two
    rm /etc/caisson/shop.toml
    reload
    # The messages of the next placement are to be its own.
    journalctl --rotate --vacuum-time=1s >/dev/null 2>&1
done
finish
