#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Each namespace private, the host's, a path's, and another container's; the clocks of a time namespace.
set -uo pipefail
. "$(dirname "$0")/expect.sh"

kinds="pid network uts ipc cgroup time"
declare -A file=([pid]=pid [network]=net [uts]=uts [ipc]=ipc [cgroup]=cgroup [time]=time)

# container NAME LINES
container() {
    define "$1.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/debian" }
placement = "$placement"
command = ["/bin/probe", "sleep", "infinity"]
$2
X
}

id_of() { readlink "/proc/$(property "$1" MainPID)/ns/$2"; }
# Both are there, and not the same.
differ() { [[ $1 && $2 && $1 != "$2" ]]; }
host_id() { readlink "/proc/1/ns/$1"; }
inside() { nsenter -t "$(property "$1" MainPID)" -a -- "${@:2}"; }
proc_is_its_own() { is "$(inside "$1" cat /proc/1/comm)" "$2"; }

for placement in scope service; do
    echo "# placement $placement"
    container first-$placement ""
    unshare --net --ipc --uts sleep 1000 &
    maker=$!
    sleep 0.2
    for kind in $kinds; do
        container "host-$kind" "namespaces = { $kind = \"host\" }"
        container "join-$kind" "namespaces = { $kind = \"container:first-$placement\" }"
    done
    for kind in network ipc uts; do
        container "path-$kind" "namespaces = { $kind = \"/proc/$maker/ns/${file[$kind]}\" }"
    done
    container path-wrong "namespaces = { network = \"/proc/$maker/ns/uts\" }
restart = \"no\""
    container path-file "namespaces = { network = \"/etc/passwd\" }
restart = \"no\""
    container shifted 'namespaces = { time_offset = { monotonic = "1d", boottime = -5 } }'
    reload
    systemctl start first-$placement shifted {host,join}-{pid,network,uts,ipc,cgroup,time} path-{network,ipc,uts}

    for kind in $kinds user:user mnt:mnt; do
        name=${file[${kind%:*}]:-${kind#*:}}
        check "$kind: private by default" differ "$(id_of first-$placement "$name")" "$(host_id "$name")"
    done
    for kind in $kinds; do
        name=${file[$kind]}
        check "$kind: the host's" is "$(id_of "host-$kind" "$name")" "$(host_id "$name")"
        check "$kind: another container's" is "$(id_of "join-$kind" "$name")" "$(id_of first-$placement "$name")"
        check "$kind: joined, it has its own user namespace" \
            differ "$(id_of "join-$kind" user)" "$(id_of first-$placement user)"
        check "$kind: a joined container stops with the other" \
            has "BindsTo=.*first-$placement.service" systemctl show -p BindsTo "join-$kind"
    done
    for kind in network ipc uts; do
        name=${file[$kind]}
        check "$kind: a path's" is "$(id_of "path-$kind" "$name")" "$(readlink "/proc/$maker/ns/$name")"
    done
    check "pid: /proc is of its own namespace" proc_is_its_own first-$placement probe
    check "pid: /proc is of the joined namespace" proc_is_its_own join-pid probe
    check "pid: joined, it is not PID 1" has "^NSpid:.*[[:space:]]([2-9]|[0-9]{2,})$" cat "/proc/$(property join-pid MainPID)/status"
    check "pid: the host's processes are seen on request" proc_is_its_own host-pid systemd
    check "network: the host's sysfs goes with it" \
        is "$(inside host-network ls /sys/class/net)" "$(ls /sys/class/net)"
    check "uts: the host's name" is "$(inside host-uts hostname)" "$(hostname)"
    check "a file of another kind is refused" fails systemctl start path-wrong
    check "and says what" within 5 has "namespace net: /proc/$maker/ns/uts: join: Invalid argument" logs path-wrong
    check "what is no namespace is refused" fails systemctl start path-file
    check "and says it" within 5 has "namespace net: /etc/passwd: not a namespace" logs path-file

    read -r there _ < <(inside shifted cat /proc/uptime)
    read -r here _ </proc/uptime
    check "time: boottime goes back five seconds" is "$((${here%.*} - ${there%.*} - 5 <= 2))" 1
    check "time: offsets" has "^monotonic +86400 +0" cat "/proc/$(property shifted MainPID)/timens_offsets"
    check "time: offsets of boottime" has "^boottime +-5 +0" cat "/proc/$(property shifted MainPID)/timens_offsets"

    kill "$maker"
    systemctl stop first-$placement shifted {host,join}-{pid,network,uts,ipc,cgroup,time} path-{network,ipc,uts}
    check "nothing is left" within 5 leaves_nothing first-$placement shifted {host,join}-{pid,network,uts,ipc,cgroup,time}
    check "none failed" is "$(systemctl list-units --failed --plain --no-legend 'join-*' 'host-*' 'first-*' | wc -l)" 0
    rm /etc/caisson/*.toml
done
finish
