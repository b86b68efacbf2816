#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What follows a kill for memory (oom_policy), and bandwidth per device (io_max), in both placements.
# shellcheck disable=SC2016  # $ in definitions is the container's
set -uo pipefail
. "$(dirname "$0")/expect.sh"
{ has_controller memory && has_controller io; } || { echo "skip: no memory or io controller here; the vm back end has them" && exit 77; }
# Whether scopes have OOMPolicy=: from systemd 253 on, and Debian's 252 has it too.
scopes_have_policies() {
    has '^\.OOMPolicy' busctl introspect org.freedesktop.systemd1 /org/freedesktop/systemd1/unit/init_2escope \
        org.freedesktop.systemd1.Scope >/dev/null
}

# ended NAME STATE RESULT
ended() {
    is "$(property "$1" ActiveState) $(property "$1" Result)" "$2 $3"
}

# The first process survives the kill of its greedy child, and ends well when it is asked to.
parent='trap "echo asked; exit 0" TERM; echo begins; /bin/probe allocate 200M -- sleep infinity; echo status $?; while :; do sleep 0.2; done'
device=$(lsblk -dnpo NAME,TYPE | awk '$2 == "disk" { print $1; exit }')
check "there is a disk" test -b "$device"
numbers=$(lsblk -dno MAJ:MIN "$device" | tr -d ' ')
limits='[[container.resources.io_max]]
device = "'$device'"
read_bandwidth = "10M"
write_bandwidth = "5M"
read_iops = 1000
write_iops = 500'
for placement in scope service; do
    for policy in continue stop kill; do
        define "$policy-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
restart = "no"
command = ["/bin/sh", "-c", '$parent']
[container.resources]
memory_max = "64M"
memory_swap_max = "0"
oom_policy = "$policy"
X
    done
    define "fine-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
restart = "no"
command = ["/bin/probe", "sleep", "infinity"]
[container.resources]
oom_policy = "stop"
X
    for name in "io-$placement" "ios-$placement@"; do
        define "$name.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
command = ["/bin/probe", "sleep", "infinity"]
$limits
X
    done
done
reload

line='oom_policy needs systemd 253 with placement "scope"; use placement "service"'
placements=service
if scopes_have_policies; then
    placements="scope service"
else
    for policy in continue stop kill; do
        name=$policy-scope
        check "scope, $policy: systemd cannot, and the start fails" fails systemctl start "$name"
        check "scope, $policy: with one line that names the way out" within 10 has "^$name: $line\$" logs "$name"
        check "scope, $policy: which is said once" is "$(logs "$name" | grep -c oom_policy)" 1
    done
    systemctl reset-failed
fi
for placement in $placements; do
    name=continue-$placement
    systemctl start "$name"
    check "$placement, continue: a process is killed" within 30 has '^status 137$' logs "$name"
    sleep 2
    check "$placement, continue: the service goes on" state_is "$name" active
    systemctl stop "$name"
    check "$placement, continue: and its stop is a success" ended "$name" inactive success

    name=stop-$placement
    systemctl start "$name"
    check "$placement, stop: the service ends as a failure" within 40 state_is "$name" failed
    check "$placement, stop: the payload was asked to" within 5 has '^asked$' logs "$name"
    check "$placement, stop: its log says why" has 'oom|memory|OOM' logs "$name"
    check "$placement, stop: it can be started again" systemctl start "$name"
    systemctl stop "$name"

    name=kill-$placement
    systemctl start "$name"
    check "$placement, kill: the service ends as a failure" within 40 state_is "$name" failed
    check "$placement, kill: the payload was not asked" has_not '^asked$' logs "$name"

    name=fine-$placement
    systemctl start "$name"
    check "$placement: without a kill a stop is a success" systemctl stop "$name"
    check "$placement: whatever the policy" ended "$name" inactive success
done

for placement in scope service; do
    for name in "io-$placement" "ios-$placement@blue"; do
        systemctl start "$name"
        unit=$name.$placement
        [[ $placement == service ]] || unit=${unit/@/:}
        check "$name: the kernel has the limits" is \
            "$(grep "^$numbers " "/sys/fs/cgroup$(property "$unit" ControlGroup)/io.max")" \
            "$numbers rbps=10000000 wbps=5000000 riops=1000 wiops=500"
        systemctl stop "$name"
    done
done
systemctl reset-failed
check "nothing is left" leaves_nothing {continue,stop,kill,fine,io}-{scope,service} ios-{scope,service}@blue
finish
