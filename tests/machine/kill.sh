#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# kill -9 of the runtime at points spread evenly over the system calls of a start. Whatever the point,
# a stop leaves nothing, and the next start works. strace(1) kills; with -D the runtime stays PID 1's child.
set -uo pipefail
. "$(dirname "$0")/expect.sh"
command -v strace >/dev/null || { echo "skip: no strace; apt-get install strace" && exit 77; }
# The vm is emulated, and slow.
[[ ${MACHINE_BACKEND:-} == vm ]] && few=4
points=${POINTS:-${few:-30}}
runtime=/usr/libexec/caisson/caisson-runtime

# trace UNIT OPTION...: the unit's next start runs under strace.
trace() {
    local unit=$1 start
    shift
    start=$(systemctl cat "$unit" | sed -n 's/^ExecStart=//p' | tail -1)
    mkdir -p "/run/systemd/system/$unit.service.d"
    printf '[Service]\nExecStart=\nExecStart=/usr/bin/strace -D -q -o %s %s %s\n' \
        "/run/trace.$unit" "$*" "${start#*strace*"-- "}" >"/run/systemd/system/$unit.service.d/trace.conf"
    systemctl daemon-reload
}

untrace() {
    rm -rf "/run/systemd/system/$1.service.d"
    systemctl daemon-reload
}

settled() {
    [[ $(property "$1" ActiveState) != *ing && -z $(property "$1" Job) ]]
}

# call_at UNIT POINT: the name of that system call of the traced start, and how often it had been called:
# strace counts each call by itself.
call_at() {
    awk -v point="$2" 'match($0, /^[a-z0-9_]+\(/) {
        name = substr($0, 1, RLENGTH - 1); count[name]++
        if (++calls == point) { print name, count[name]; exit }
    }' "/run/trace.$1.whole"
}

survives_kill_at() {
    local unit=$1 name count
    read -r name count < <(call_at "$unit" "$2")
    trace "$unit" "-e inject=$name:signal=KILL:when=$count" --
    systemctl start "$unit" 2>/dev/null
    [[ $(property "$unit" ExecMainStatus) != 9 ]] || killed=$((killed + 1))
    systemctl stop "$unit"
    systemctl reset-failed "$unit" 2>/dev/null
    within 10 settled "$unit" || return 1
    untrace "$unit"
    within 5 leaves_nothing "$unit" || { leaves_nothing "$unit"; return 1; }
    systemctl start "$unit" && [[ $(property "$unit" ActiveState) == active ]] || return 1
    systemctl stop "$unit" && leaves_nothing "$unit"
}

for placement in scope service; do
    define "victim-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
restart = "no"
stop_timeout = "3s"
command = ["/bin/probe", "sleep", "infinity"]
X
done
reload
[[ -x $runtime ]] || exit 1
for placement in scope service; do
    unit=victim-$placement
    systemctl start "$unit" && systemctl stop "$unit"
    trace "$unit" --
    systemctl start "$unit"
    mv "/run/trace.$unit" "/run/trace.$unit.whole"
    calls=$(grep -c '^[a-z0-9_]*(' "/run/trace.$unit.whole")
    systemctl stop "$unit"
    untrace "$unit"
    check "$placement: a traced start is seen whole" test "$calls" -gt 100
    killed=0
    for ((i = 1; i <= points; i++)); do
        point=$((calls * i / (points + 1)))
        check "$placement: killed at system call $point of $calls, nothing stays and the next start works" \
            survives_kill_at "$unit" "$point"
    done
    # At the last points the payload is on its own already.
    check "$placement: the kills were seen, $killed of $points" test "$killed" -ge $((points * 8 / 10))
done
finish
