#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# When a service is active: its program runs, its payload said so, it has ended well. What the
# payload tells systemd, from inside its user and PID namespaces, in both placements.
set -uo pipefail
. "$(dirname "$0")/expect.sh"

inside() {
    printf '/proc/%s/root%s' "$(property "$1" MainPID)" "$2"
}

# A payload that sends each line which is written to /say as a notification.
speaker='trap "exit 0" TERM; mkfifo /say; while :; do read -r line </say; [ "$line" != END ] || exit 0; probe notify $line; done'

speaks() { # NAME PLACEMENT READY [LINE]
    define "$1.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$2"
ready = "$3"
restart = "no"
start_timeout = "30s"
stop_timeout = "5s"
command = ["/bin/sh", "-c", '$speaker']
${4:-}
X
}

main_is() { # NAME COMMAND
    is "$(cat "/proc/$(property "$1" MainPID)/comm")" "$2"
}

# In a scope it may be over at once, as that is stopped then.
is_stopping() {
    has '^(deactivating|inactive)$' property "$1" ActiveState
}

speaks_now() {
    [[ -p $(inside "$1" /say) ]]
}

say() { # NAME LINE
    within 10 speaks_now "$1" && echo "$2" >"$(inside "$1" /say)"
}

status_is() {
    is "$(property "$1" StatusText)" "$2"
}

for placement in scope service; do
    speaks "told-$placement" "$placement" notify
    speaks "quiet-$placement" "$placement" exec
    speaks "host-$placement" "$placement" notify 'user_namespace = { mode = "host" }'
    speaks "pinged-$placement" "$placement" notify 'systemd.service = { WatchdogSec = "3s" }'
    define "early-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
ready = "notify"
restart = "no"
command = ["/bin/probe", "sleep", "0.3", "--", "exit", "0"]
X
    define "slow-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
ready = "notify"
restart = "no"
start_timeout = "2s"
command = ["/bin/probe", "notify", "EXTEND_TIMEOUT_USEC=8000000", "--", "sleep", "4", "--", "ready", "at last", "--", "sleep", "infinity"]
X
    define "jobs-$placement.toml" <<X
[[container]]
name = "job-$placement"
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
restart = "no"
command = ["/bin/sh", "-c", "sleep 2; sleep 1"]
[[container]]
name = "broken-$placement"
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
restart = "no"
command = ["/bin/probe", "sleep", "1", "--", "exit", "3"]
[[container]]
name = "long-$placement"
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
restart = "no"
command = ["/bin/probe", "sleep", "infinity"]
X
    define "waits-$placement.toml" <<X
[[container]]
name = "after-$placement"
rootfs = { directory = "/srv/rootfs/busybox" }
requires_completed = ["job-$placement"]
command = ["/bin/probe", "sleep", "infinity"]
[[container]]
name = "unstarted-$placement"
rootfs = { directory = "/srv/rootfs/busybox" }
requires_completed = ["broken-$placement"]
command = ["/bin/probe", "sleep", "infinity"]
[[container]]
name = "patient-$placement"
rootfs = { directory = "/srv/rootfs/busybox" }
requires_completed = ["long-$placement"]
command = ["/bin/probe", "sleep", "infinity"]
X
done
reload
check "definitions are without errors" caissonctl check

for placement in scope service; do
    echo "# $placement"
    told=told-$placement
    systemctl start --no-block "$told"
    check "the payload runs" within 10 speaks_now "$told"
    check "the service is not active before the payload says so" state_is "$told" activating
    say "$told" "READ=1"
    say "$told" "READYX=1"
    say "$told" "nonsense"
    sleep 0.5
    check "garbage does nothing" state_is "$told" activating
    say "$told" "READY=1 STATUS=up"
    check "READY=1 makes it active" within 10 state_is "$told" active
    check "STATUS= arrives" within 5 status_is "$told" up
    main=$(property "$told" MainPID)
    say "$told" "MAINPID=1"
    say "$told" "STATUS=still"
    check "a message after it arrives" within 5 status_is "$told" still
    check "MAINPID= of the payload changes nothing" is "$(property "$told" MainPID)" "$main"
    now=$(awk '{ printf "%d", $1 * 1000000 }' /proc/uptime)
    say "$told" "RELOADING=1 MONOTONIC_USEC=$now"
    check "RELOADING=1 makes it reloading" within 5 state_is "$told" reloading
    say "$told" "READY=1"
    check "READY=1 ends that" within 5 state_is "$told" active
    say "$told" "STOPPING=1"
    check "STOPPING=1 makes it deactivating" within 5 is_stopping "$told"
    # Where it is in a scope, that is stopped by now.
    ! speaks_now "$told" || say "$told" END
    check "its end is a stop then" within 10 state_is "$told" inactive
    check "the socket is where systemd says" has_not 'NOTIFY_SOCKET is not set' logs "$told"

    quiet=quiet-$placement
    check "with ready = \"exec\" it is active at once" systemctl start "$quiet"
    check "it is active" state_is "$quiet" active
    say "$quiet" "STATUS=hello"
    check "its STATUS= arrives, too" within 5 status_is "$quiet" hello
    systemctl stop "$quiet"

    host=host-$placement
    systemctl start --no-block "$host"
    sleep 1
    main=$(property "$host" MainPID)
    say "$host" "MAINPID=$(pgrep -o systemd-journal) STATUS=mine"
    check "the host's root inside is heard" within 5 status_is "$host" mine
    check "but not about its main process" is "$(property "$host" MainPID)" "$main"
    check "and it is not active" state_is "$host" activating
    say "$host" "READY=1"
    check "until it says so" within 5 state_is "$host" active
    systemctl stop "$host"
    check "it stops" state_is "$host" inactive

    pinged=pinged-$placement
    systemctl start --no-block "$pinged"
    sleep 1
    say "$pinged" "READY=1"
    check "with a watchdog it starts" within 5 state_is "$pinged" active
    for _ in 1 2 3 4 5 6; do say "$pinged" "WATCHDOG=1"; sleep 0.8; done
    check "WATCHDOG=1 keeps it" state_is "$pinged" active
    check "without it systemd ends it" within 20 state_is "$pinged" failed
    check "and says why" is "$(property "$pinged" Result)" watchdog

    early=early-$placement
    check "a payload that ends before it was ready is a start that failed" fails systemctl start "$early"
    check "with protocol as its result" is "$(property "$early" Result)" protocol

    slow=slow-$placement
    check "EXTEND_TIMEOUT_USEC= gives a start more time" systemctl start "$slow"
    check "STATUS= beside READY=1 arrives" status_is "$slow" "at last"
    systemctl stop "$slow"

    check "what requires a completed one starts" systemctl start "after-$placement"
    check "the completed one is active and has exited" \
        is "$(property "job-$placement" SubState)" exited
    began=$(property "after-$placement" ExecMainStartTimestampMonotonic)
    ended=$(property "job-$placement" ExecMainExitTimestampMonotonic)
    check "the one that waits has begun after its end" test "$began" -ge "$ended"
    check "a second one does not run it again" systemctl restart "after-$placement"
    check "it has run once" is "$(property "job-$placement" ExecMainExitTimestampMonotonic)" "$ended"
    systemctl stop "after-$placement" "job-$placement"
    check "it can be stopped" state_is "job-$placement" inactive

    check "what requires one that fails does not start" fails systemctl start "unstarted-$placement"
    check "the failed one says so" state_is "broken-$placement" failed
    check "by its exit status" is "$(property "broken-$placement" ExecMainStatus)" 3
    check "nothing was started after it" is "$(property "unstarted-$placement" ExecMainPID)" 0

    systemctl start --no-block "patient-$placement"
    check "a long one is activating" within 10 state_is "long-$placement" activating
    check "its payload is its main process" within 10 main_is "long-$placement" probe
    main=$(property "long-$placement" MainPID)
    systemctl stop "long-$placement"
    check "it can be stopped in the middle" state_is "long-$placement" inactive
    check "its payload is gone" fails test -e "/proc/$main"
    check "what waited for it did not start" is "$(property "patient-$placement" ExecMainPID)" 0
done
systemctl reset-failed
all=()
for placement in scope service; do
    all+=("told-$placement" "quiet-$placement" "host-$placement" "pinged-$placement" "early-$placement")
    all+=("slow-$placement" "job-$placement" "broken-$placement" "long-$placement" "after-$placement")
done
check "nothing is left" leaves_nothing "${all[@]}"
finish
