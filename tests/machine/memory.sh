#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The kernel's kill for memory, as an administrator sees it, in both placements.
set -uo pipefail
. "$(dirname "$0")/expect.sh"
has_controller memory || { echo "skip: no memory controller here; the vm back end has it" && exit 77; }

for placement in scope service; do
    define "greedy-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
restart = "no"
command = ["/bin/probe", "allocate", "200M", "--", "sleep", "infinity"]
[container.resources]
memory_max = "64M"
memory_swap_max = "0"
X
    define "frugal-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
restart = "no"
command = ["/bin/probe", "allocate", "16M", "--", "sleep", "infinity"]
[container.resources]
memory_max = "64M"
cpu_quota = "50%"
tasks_max = 20
X
done
reload
for placement in scope service; do
    name=greedy-$placement
    systemctl start "$name"
    check "$placement: the payload was killed" within 20 state_is "$name" failed
    check "$placement: systemctl status says that it was for memory" \
        has 'out of memory' systemctl status --no-pager -l "$name"
    check "$placement: the journal says that it was for memory" has 'OOM|memory' logs "$name"
    check "$placement: caissonctl status says so" has 'out of memory' caissonctl status "$name"

    name=frugal-$placement
    systemctl start "$name"
    check "$placement: a payload below its limit stays" state_is "$name" active
    unit=$name.$placement
    cgroup=/sys/fs/cgroup$(property "$unit" ControlGroup)
    check "$placement: memory.max" is "$(cat "$cgroup/memory.max")" 67108864
    check "$placement: cpu.max" is "$(cat "$cgroup/cpu.max")" "50000 100000"
    check "$placement: pids.max" is "$(cat "$cgroup/pids.max")" 20
    check "$placement: list shows memory and its limit" has "$name .*/64" caissonctl list
    systemctl stop "$name"
done
systemctl reset-failed
check "nothing is left" leaves_nothing greedy-scope greedy-service frugal-scope frugal-service
finish
