#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# init = true: process 1 reaps, passes signals on and ends as the payload does. Without it the payload is process 1.
# shellcheck disable=SC2016  # $ in definitions is the container's
set -uo pipefail
. "$(dirname "$0")/expect.sh"

# define_box NAME PLACEMENT INIT COMMAND
define_box() {
    define "$1.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/debian" }
placement = "$2"
init = $3
restart = "no"
stop_timeout = "5s"
user_namespace = { mode = "host" }
command = $4
X
}

inside() {
    local box=$1
    shift
    caissonctl exec "$box" -- "$@"
}

no_zombies() {
    [[ $(inside "$1" sh -c 'cat /proc/[0-9]*/stat 2>/dev/null' | grep -c ') Z ') == 0 ]]
}

# All ticks that a process ever ran, user and system.
ticks() {
    awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"
}

# is_status UNIT STATUS: of its main process, which has ended.
is_status() {
    [[ $(property "$1" ExecMainStatus) == "$2" && $(property "$1" ActiveState) == failed ]]
}

log_has() {
    logs "$1" | grep -qF -- "$2"
}

traps='for s in HUP USR1 USR2 INT QUIT WINCH CONT TSTP; do trap \"echo got $s\" $s; done; trap \"exit 9\" TERM; echo ready; while :; do sleep 0.05; done'
for placement in scope service; do
    for init in true false; do
        define_box "waits-$placement-$init" "$placement" "$init" '["/bin/probe", "sleep", "infinity"]'
    done
    define_box "traps-$placement" "$placement" true "[\"sh\", \"-c\", \"$traps\"]"
    define_box "ends-$placement" "$placement" true '["sh", "-c", "exit 5"]'
    define_box "dies-$placement" "$placement" true '["sh", "-c", "kill -KILL $$"]'
    define_box "absent-$placement" "$placement" true '["absent"]'
    define_box "denied-$placement" "$placement" true '["/etc"]'
    define_box "user-$placement" "$placement" true '["probe", "ids", "--", "caps", "--", "fds", "--", "pid", "--", "sleep", "infinity"]'
    sed -i '2a user = "app"' "/etc/caisson/user-$placement.toml"
done
reload

for placement in scope service; do
    box=waits-$placement-true
    check "$placement: it starts" systemctl start "$box"
    pid=$(property "$box" MainPID)
    check "$placement: the main process is process 1" has '^NSpid:.*[[:space:]]1$' cat "/proc/$pid/status"
    check "$placement: process 1 is caisson-init" is "$(inside "$box" cat /proc/1/comm)" caisson-init
    payload=$(pgrep -P "$pid")
    check "$placement: the payload is its child" is "$(cat "/proc/$payload/comm")" probe
    check "$placement: which leads a session" is "$(ps -o sid= -p "$payload")" "$(ps -o pid= -p "$payload")"
    check "$placement: it keeps the standard descriptors alone" is \
        "$(find "/proc/$pid/fd" -type l -printf '%f\n' | sort -n | tr '\n' ' ')" "0 1 2 "
    check "$placement: and the payload has no others" is \
        "$(find "/proc/$payload/fd" -type l -printf '%f\n' | sort -n | tr '\n' ' ')" "0 1 2 "
    sum=$(sha256sum </usr/libexec/caisson/caisson-init)
    check "$placement: its program cannot be opened for writing" fails inside "$box" sh -c ': >>/proc/1/exe'
    exec 7<"/proc/$pid/exe"
    check "$placement: the host's is as it was" is "$(sha256sum </usr/libexec/caisson/caisson-init)" "$sum"
    before=$(ticks "$pid")
    check "$placement: 1,000 orphans" inside "$box" /bin/probe orphans 1000
    check "$placement: are reaped at once" within 3 no_zombies "$box"
    sleep 1
    check "$placement: which takes no time" test $(($(ticks "$pid") - before)) -lt 50
    check "$placement: and it sleeps" has '^State:[[:space:]]+S' cat "/proc/$pid/status"
    check "$placement: stop" systemctl stop "$box"
    check "$placement: is clean" is "$(property "$box" Result)" success
    # Running programs are protected in any case; what was kept open is not, but for the mount.
    check "$placement: nor by what was kept open, when it is over" has 'Read-only file system' sh -c ': >>/proc/self/fd/7'
    exec 7<&-
    check "$placement: as the file itself could be" sh -c 'exec 7</usr/libexec/caisson/caisson-init; : >>/proc/self/fd/7'

    box=waits-$placement-false
    systemctl start "$box"
    check "$placement: without it process 1 is the payload" is "$(inside "$box" cat /proc/1/comm)" probe
    check "$placement: orphans are left there then" inside "$box" /bin/probe orphans 20
    sleep 0.5
    check "$placement: as zombies" fails no_zombies "$box"
    systemctl stop "$box"

    box=traps-$placement
    check "$placement: a payload that takes signals" systemctl start "$box"
    check "$placement: is ready" within 5 log_has "$box" ready
    for signal in HUP USR1 USR2 INT QUIT WINCH CONT TSTP; do
        systemctl kill --kill-who=main --signal="$signal" "$box"
        check "$placement: $signal arrives" within 3 log_has "$box" "got $signal"
    done
    systemctl kill --kill-who=main --signal=TERM "$box"
    check "$placement: TERM ends it, with its status" within 5 is_status "$box" 9

    systemctl start "ends-$placement"
    check "$placement: the exit status is the payload's" within 5 is_status "ends-$placement" 5
    systemctl start "dies-$placement"
    check "$placement: death by a signal is 128 and its number" within 5 is_status "dies-$placement" 137

    check "$placement: a program that is not there is a failed start" fails systemctl start "absent-$placement"
    check "$placement: which says so" within 5 log_has "absent-$placement" \
        'execute absent: No such file or directory (searched in PATH of the container)'
    check "$placement: so is what is no program" fails systemctl start "denied-$placement"
    check "$placement: and says so" within 5 log_has "denied-$placement" 'execute /etc: Permission denied'

    box=user-$placement
    systemctl start "$box"
    check "$placement: another user" within 5 log_has "$box" 'uid 1000'
    check "$placement: has no capability" within 5 log_has "$box" 'CapPrm 0000000000000000'
    check "$placement: nor has process 1" has '^CapPrm:[[:space:]]+0000000000000000' cat "/proc/$(property "$box" MainPID)/status"
    systemctl stop "$box"
done
systemctl reset-failed
check "nothing is left" leaves_nothing {waits-{scope,service}-{true,false},{traps,ends,dies,absent,denied,user}-{scope,service}}
finish
