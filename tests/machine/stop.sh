#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Stop and restart, by the clock: signal, time-out, kill; delays and limits of restarts; which end is a success; and a
# hundred containers that stop side by side.
# shellcheck disable=SC2016  # $ in definitions is the container's
set -uo pipefail
. "$(dirname "$0")/expect.sh"

# How much later than the clock says, in milliseconds: more where others use the machine.
slack=$(awk -v cpus="$(nproc)" '{ load = $1 / cpus; print int(1000 * (load > 1 ? load : 1)) }' /proc/loadavg)

milliseconds() {
    echo $(($(date +%s%N) / 1000000))
}

# takes LEAST COMMAND...: the command succeeds after LEAST milliseconds, and not much later.
takes() {
    local -i least=$1 begin took
    shift
    begin=$(milliseconds)
    "$@" || return
    took=$(($(milliseconds) - begin))
    ((took >= least && took < least + slack)) || { echo "    $took ms, want $least" && return 1; }
}

# ended NAME STATE RESULT
ended() {
    is "$(property "$1" ActiveState) $(property "$1" Result)" "$2 $3"
}

# Seconds between the payload's first two lines, which are of /proc/uptime.
pause() {
    logs "$1" | sed -n 's/^\([0-9.]*\) [0-9.]*$/\1/p' | awk 'NR == 1 { first = $1 } NR == 2 { print $1 - first }'
}

# between LEAST MOST NUMBER
between() {
    awk -v least="$1" -v most="$2" -v have="${3:--1}" 'BEGIN { exit !(have >= least && have <= most) }' ||
        { echo "    have '$3', want $1 to $2" && return 1; }
}

# started NAME TIMES
started() {
    (($(starts "$1") >= $2))
}

starts() {
    logs "$1" | grep -cE '^[0-9.]+ [0-9.]+$'
}

slow='trap "sleep 1; exit 0" TERM; while :; do sleep 0.1; done'
for placement in scope service; do
    # one NAME LINES
    one() {
        define "$1-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
$2
X
    }
    one polite 'command = ["/bin/probe", "sleep", "infinity"]'
    one slow "command = ['/bin/sh', '-c', '$slow']
stop_timeout = '5s'"
    one deaf 'command = ["/bin/probe", "ignore", "SIGTERM", "--", "sleep", "infinity"]
stop_timeout = "2s"'
    one other 'command = ["/bin/probe", "ignore", "SIGTERM", "--", "on", "SIGUSR2", "exit", "0", "--", "sleep", "infinity"]
stop_signal = "SIGUSR2"
stop_timeout = "9s"'
    one three 'command = ["/bin/probe", "on", "SIGTERM", "exit", "3", "--", "sleep", "infinity"]'
    one three-is-fine 'command = ["/bin/probe", "on", "SIGTERM", "exit", "3", "--", "sleep", "infinity"]
success_exit_status = [3]'
    one delayed 'command = ["/bin/probe", "cat", "/proc/uptime", "--", "exit", "1"]
restart = "always"
restart_delay = "2s"'
    one limited 'command = ["/bin/probe", "cat", "/proc/uptime", "--", "exit", "1"]
restart = "always"
restart_delay = "100ms"
start_limit = { interval = "60s", burst = 3 }'
    define "many-$placement@.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
stop_timeout = "3s"
restart = "no"
command = ["/bin/probe", "ignore", "SIGTERM", "--", "sleep", "infinity"]
X
done
reload

for placement in scope service; do
    name=polite-$placement
    systemctl start "$name"
    check "$name: the stop signal ends it at once" takes 0 systemctl stop "$name"
    check "$name: which is a success" ended "$name" inactive success

    name=slow-$placement
    systemctl start "$name"
    sleep 0.5
    check "$name: the stop waits for it, a second" takes 1000 systemctl stop "$name"
    check "$name: which is a success" ended "$name" inactive success

    name=deaf-$placement
    systemctl start "$name"
    check "$name: is killed after two seconds" takes 2000 systemctl stop "$name"
    check "$name: which is a time-out" ended "$name" failed timeout
    check "$name: the kernel's kill is its end" is "$(property "$name" ExecMainStatus)" 9

    name=other-$placement
    systemctl start "$name"
    check "$name: another signal stops it" takes 0 systemctl stop "$name"
    check "$name: which is a success" ended "$name" inactive success

    systemctl start "three-$placement" "three-is-fine-$placement"
    systemctl stop "three-$placement" "three-is-fine-$placement"
    check "three-$placement: another status is a failure" ended "three-$placement" failed exit-code
    check "three-is-fine-$placement: unless the definition says so" ended "three-is-fine-$placement" inactive success

    name=delayed-$placement
    systemctl start "$name"
    check "$name: it starts again" within 20 started "$name" 2
    check "$name: after two seconds" between 2.0 4.0 "$(pause "$name")"
    systemctl stop "$name"

    name=limited-$placement
    systemctl start "$name"
    check "$name: its restarts come to an end" within 30 state_is "$name" failed
    sleep 1
    check "$name: after three starts" is "$(starts "$name")" 3
    check "$name: systemd says why" has 'Start request repeated too quickly' journalctl -u "$name" --no-pager
    check "$name: nor does it start by hand then" fails systemctl start "$name"
    systemctl reset-failed "$name"
    check "$name: before it is forgiven" systemctl start "$name"
    systemctl stop "$name"
done

# All that are deaf end at the same time, three seconds after the signal.
many=(many-{scope,service}@{1..50})
systemctl start "${many[@]}"
check "a hundred run" is "$(systemctl is-active "${many[@]}" | grep -c '^active$')" 100
check "and stop within the slowest one and a second" takes 3000 systemctl stop "${many[@]}"
check "all killed" is "$(systemctl show --value -p Result "${many[@]}" | grep -c '^timeout$')" 100
systemctl reset-failed
check "nothing is left" leaves_nothing "${many[@]}" {polite,slow,deaf,other,three,three-is-fine,delayed,limited}-{scope,service}
finish
