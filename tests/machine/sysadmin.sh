#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A day of a system administrator: five containers are declared, started, read, limited, killed,
# restarted and stopped, with nothing but systemctl, journalctl and caissonctl.
set -uo pipefail
. "$(dirname "$0")/expect.sh"

define scratch.toml <<'X'
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "service"
command = ["/bin/probe", "write", "/mark", "here", "--", "out", "scratch up", "--", "err", "scratch warns", "--", "sleep", "infinity"]
labels = { team = "infra" }
X
define kept.toml <<'X'
[container]
rootfs = { directory = "/srv/rootfs/debian", mode = "persistent" }
command = ["/bin/sh", "-c", "echo run >> /runs; echo runs $(wc -l < /runs); trap 'exit 0' TERM; sleep infinity & wait"]
X
define fixed.toml <<'X'
[container]
rootfs = { directory = "/srv/rootfs/busybox", mode = "read-only" }
user = "app"
command = ["/bin/probe", "writable", "/", "--", "ids", "--", "sleep", "infinity"]
X
define worker@.toml <<'X'
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
command = ["/bin/probe", "out", "worker %i", "--", "sleep", "infinity"]
[container.resources]
tasks_max = 40
X
define shop.toml <<'X'
[[container]]
name = "front"
rootfs = { directory = "/srv/rootfs/busybox" }
command = ["/bin/probe", "sleep", "infinity"]
requires = ["back"]
after = ["back"]
[[container]]
name = "back"
rootfs = { layers = ["/srv/rootfs/busybox", "/srv/rootfs/debian"] }
command = ["/bin/probe", "sleep", "infinity"]
X
all=(scratch kept fixed worker@mail worker@print front back)

mounts_before=$(cut -d' ' -f3- /proc/self/mountinfo)
reload
check "definitions are without errors" caissonctl check
check "systemd has nothing to say about the units" \
    is "$(systemd-analyze verify --man=no /run/systemd/generator/*.service 2>&1)" ""
check "all start" systemctl start scratch kept fixed worker@mail worker@print front
for name in "${all[@]}"; do
    check "$name is active" state_is "$name" active
done
check "what a start requires was started before it" has 'back' systemctl show -p After,Requires front

check "output of a payload in the service is in its journal" within 10 has '^scratch up$' logs scratch
check "output of a payload in a scope is in its service's journal" within 10 has '^runs 1$' logs kept
check "the instance's name reached it" within 10 has '^worker mail$' logs worker@mail
check "errors are at err" has '^scratch warns$' journalctl -u scratch -p err -o cat --no-pager
check "output is at info" is "$(journalctl -u scratch -p err -o cat --no-pager | grep -c 'scratch up')" 0
check "labels are fields" has '^scratch up$' journalctl CAISSON_LABEL_TEAM=infra -o cat --no-pager
check "a read-only root is read-only" within 10 has '^writable / no' logs fixed
check "a user is resolved inside" within 10 has '^uid 1000$' logs fixed
check "an instance's limit is on its scope" is "$(property worker:mail.scope TasksMax)" 40
check "list shows them" has 'worker@print +running' caissonctl list
check "exec runs inside" is "$(caissonctl exec scratch -- /bin/probe cat /mark 2>&1)" "here"
check "exec returns the exit status" is "$(caissonctl exec kept -- sh -c 'exit 7' ; echo $?)" 7

restarts=$(property scratch NRestarts)
systemctl kill -s KILL scratch
is_restarted() {
    (($(property scratch NRestarts) > restarts)) && [[ $(property scratch ActiveState) == active ]]
}
check "a killed payload is started again" within 10 is_restarted

systemctl restart kept
check "a persistent root persists" within 10 has '^runs 2$' logs kept

pid=$(property kept MainPID)
check "daemon-reload leaves the payload alone" systemctl daemon-reload
check "daemon-reexec leaves the payload alone" systemctl daemon-reexec
check "the payload is the same process" is "$(property kept MainPID)" "$pid"

check "all stop" systemctl stop "${all[@]}"
for name in "${all[@]}"; do
    check "$name is inactive" state_is "$name" inactive
done
check "nothing of them is left" leaves_nothing "${all[@]}"
check "no mount was made" is "$(cut -d' ' -f3- /proc/self/mountinfo)" "$mounts_before"
finish
