#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Restart= does its work a hundred times in a row; exit statuses and signals arrive unchanged; a stop
# ends inactive; a payload that is deaf to its stop signal is killed in time.
set -uo pipefail
. "$(dirname "$0")/expect.sh"
# The vm is emulated, and slow.
[[ ${MACHINE_BACKEND:-} == vm ]] && few=20 fewer=5
rounds=${ROUNDS:-${few:-100}} stops=${STOPS:-${fewer:-40}}

for placement in scope service; do
    define "again-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
restart = "always"
command = ["/bin/probe", "exit", "0"]
[container.systemd.service]
RestartSec = "0"
[container.systemd.unit]
StartLimitBurst = "1000000"
X
    define "code-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
restart = "no"
command = ["/bin/probe", "exit", "42"]
X
    define "deaf-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
stop_timeout = "1s"
command = ["/bin/probe", "ignore", "SIGTERM", "--", "sleep", "infinity"]
X
    define "polite-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
command = ["/bin/probe", "sleep", "infinity"]
X
done
reload

# systemd 262 says for each controller that is not there that it ignores it.
complaints() { logs "$1" | grep -v ', ignoring: ' | grep -ciE 'failed|error|protocol'; }
restarted() { (($(property "$1" NRestarts) >= rounds)); }
for placement in scope service; do
    name=again-$placement
    systemctl start "$name"
    check "$placement: $rounds restarts" within 120 restarted "$name"
    systemctl stop "$name"
    check "$placement: none of them failed" is "$(complaints "$name")" 0
    check "$placement: stopped, it is inactive" state_is "$name" inactive
    for ((stop = 1; stop <= stops; stop++)); do
        systemctl start "$name"
        sleep "0.$((RANDOM % 20 + 10))"
        systemctl stop "$name"
        state_is "$name" inactive || break
    done
    check "$placement: so it is after $stops stops at any moment of a start" test "$stop" -gt "$stops"

    name=code-$placement
    systemctl start "$name"
    check "$placement: exit status ends the unit" within 10 state_is "$name" failed
    check "$placement: exit status arrives" is "$(property "$name" ExecMainStatus)" 42
    check "$placement: as an exit" is "$(property "$name" Result)" exit-code

    name=deaf-$placement
    systemctl start "$name"
    systemctl stop "$name"
    check "$placement: deaf to its stop signal, it is killed" is "$(property "$name" Result)" timeout

    name=polite-$placement
    systemctl start "$name"
    pid=$(property "$name" MainPID)
    systemctl daemon-reload
    systemctl daemon-reexec
    check "$placement: the payload survives reload and reexec" is "$(property "$name" MainPID)" "$pid"
    check "$placement: it is PID 1's child" is "$(awk '/^PPid/{print $2}' "/proc/$pid/status")" 1
    systemctl kill -s KILL "$name"
    check "$placement: a signal from outside arrives" within 10 has 'status=9/KILL' journalctl -u "$name" --no-pager
    check "$placement: and is followed by a restart" within 10 state_is "$name" active
    systemctl stop "$name"
    check "$placement: a clean stop" is "$(property "$name" Result) $(property "$name" ActiveState)" "success inactive"
done
systemctl reset-failed
check "nothing is left" leaves_nothing {again,code,deaf,polite}-{scope,service}
finish
