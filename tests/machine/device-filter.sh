#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Where systemd attaches no device filter to the payload's cgroup, nothing of the payload runs (R37). An administrator's
# drop-in stands for a systemd that cannot.
set -uo pipefail
. "$(dirname "$0")/expect.sh"

for placement in scope service; do
    define "filtered-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
restart = "no"
command = ["/bin/sh", "-c", "echo payload runs; exec probe sleep infinity"]
X
done

# drop_in PLACEMENT DIRECTIVES...: of the unit in whose cgroup the filter is.
drop_in() {
    local unit=filtered-$1.$1
    mkdir -p "/etc/systemd/system/$unit.d"
    printf '%s\n' "[${1^}]" "${@:2}" >"/etc/systemd/system/$unit.d/zz.conf"
    reload
}

runs() { has '^payload runs$' logs "$1"; }

for placement in scope service; do
    name=filtered-$placement
    drop_in "$placement" DevicePolicy=auto DeviceAllow=
    check "$placement: without a filter the start fails" fails systemctl start "$name"
    check "$placement: and says why" has "$name: no device filter: systemd has attached none to the cgroup" logs "$name"
    check "$placement: nothing of the payload has run" fails runs "$name"
    check "$placement: nothing is left" within 5 leaves_nothing "$name"
    # In the service's cgroup the runtime makes its nodes, too.
    drop_in "$placement" DevicePolicy=strict DeviceAllow= "DeviceAllow=/dev/null rw" "DeviceAllow=char-mem m" "DeviceAllow=/dev/tty m"
    check "$placement: another filter will do" systemctl start "$name"
    check "$placement: then it runs" within 5 runs "$name"
    check "$placement: under that one, which allows one device" caissonctl exec "$name" -- head -c 1 /dev/null
    check "$placement: and no other" has 'Operation not permitted' caissonctl exec "$name" -- head -c 1 /dev/zero
    systemctl stop "$name"
    rm -r "/etc/systemd/system/$name.$placement.d"
done
reload
finish
