#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The health check: when it runs, as what, what it leaves, what is said, and what follows from it.
set -uo pipefail
. "$(dirname "$0")/expect.sh"

inside() {
    printf '/proc/%s/root%s' "$(property "$1" MainPID)" "$2"
}

# container NAME PLACEMENT KEYS HEALTH [COMMAND]
container() {
    local command='["/bin/probe", "sleep", "infinity"]'
    define "$1.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$2"
${6:-stop_timeout = \"3s\"}
command = ${5:-$command}
$3
[container.health]
$4
X
}

# The flag that some probes look for; the host's root could not make it in the container's tmpfs.
heal() {
    caissonctl exec "$1" -- touch /dev/shm/ok
}

harm() {
    caissonctl exec "$1" -- rm /dev/shm/ok
}

record() {
    sed -n "s/^$2=//p" "/run/caisson/health/$1" 2>/dev/null
}

record_is() {
    is "$(record "$1" "$2")" "$3"
}

has_probed() { # NAME COUNT
    (($(record "$1" probes) >= $2))
}

status_is() {
    has "$2" property "$1" StatusText
}

# What runs in the payload's cgroup but the payload.
guests() {
    local unit=$1.$2 directory
    directory=/sys/fs/cgroup$(property "$unit" ControlGroup)
    [[ $2 == scope ]] || directory+=/payload
    grep -vx "$(property "$1" MainPID)" "$directory/cgroup.procs"
}

has_guests() {
    [[ -n $(guests "$@") ]]
}

has_no_guests() {
    local left
    left=$(guests "$@")
    [[ -z $left ]] || { echo "    left: $(ps -o pid,args -p "${left//$'\n'/,}")" && return 1; }
}

companion() {
    pgrep -f "caisson-companion $1 "
}

is_restarted() {
    (($(property "$1" NRestarts) > 0)) && [[ $(property "$1" ActiveState) == active ]]
}

lines_of() {
    logs "$1" | grep -c .
}

# Hundredths of a second, from the payload's side.
is_on_time() { # FILE COUNT INTERVAL
    awk -v count="$2" -v interval="$3" '
        { at[NR] = $1 * 100 }
        END {
            if (NR < count) { print "    only " NR; exit 1 }
            for (i = 2; i <= NR; i++) {
                off = at[i] - at[1] - (i - 1) * interval
                if (off < -30 || off > 30) { print "    probe " i " is off by " off; exit 1 }
            }
        }' "$1"
}

look='grep -E "^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp|Seccomp_filters)" /proc/self/status; cat /proc/self/cgroup; for n in cgroup ipc mnt net pid uts user; do readlink /proc/self/ns/$n; done; pwd; umask'
stamp='cut -d" " -f1 /proc/uptime >>/dev/shm/times'
on_flag='["/bin/sh", "-c", "echo looking; cat /dev/shm/ok"]'
flagged='["/bin/sh", "-c", "trap \"exit 0\" TERM; touch /dev/shm/ok; sleep infinity & wait"]'

for placement in scope service; do
    container "well-$placement" $placement 'user = "app"' "
command = ['/bin/sh', '-c', '$stamp']
interval = \"1s\"
timeout = \"900ms\"
on_failure = \"restart\""
    container "same-$placement" $placement 'user = "app"' "
command = ['/bin/sh', '-c', '{ $look; } >/dev/shm/probe; ls -l /proc/self/fd >/dev/shm/fds; tty >/dev/shm/tty']
interval = \"60s\"" "['/bin/sh', '-c', '{ $look; } >/dev/shm/payload; exec probe sleep infinity']"
    container "late-$placement" $placement '' '
command = ["/bin/sh", "-c", "trap : TERM; sleep 1000 & sleep 1000; sleep 1000"]
interval = "60s"
timeout = "2s"
retries = 1'
    container "litter-$placement" $placement '' '
command = ["/bin/sh", "-c", "sleep 1000 & sleep 1000 & exit 0"]
interval = "60s"'
    container "ill-$placement" $placement '' "
command = $on_flag
interval = \"1s\"
retries = 3" "$flagged"
    container "young-$placement" $placement '' '
command = ["/bin/probe", "exit", "7"]
interval = "500ms"
start_period = "4s"
retries = 2'
    container "ready-$placement" $placement 'ready = "healthy"' '
command = ["/bin/sh", "-c", "echo x >>/dev/shm/tried; cat /dev/shm/ok"]
interval = "60s"' '["/bin/sh", "-c", "trap \"exit 0\" TERM; probe ready; while :; do sleep 1; done"]'
    container "never-$placement" $placement 'ready = "healthy"
restart = "no"
start_timeout = "3s"' '
command = ["/bin/sh", "-c", "echo refused; exit 1"]
interval = "60s"'
    container "brief-$placement" $placement 'ready = "healthy"
restart = "no"' '
command = ["/bin/sh", "-c", "echo refused; exit 1"]
interval = "60s"' '["/bin/probe", "sleep", "2", "--", "exit", "5"]'
    container "again-$placement" $placement 'restart_delay = "2s"
start_limit = { interval = "60s", burst = 2 }' '
command = ["/bin/probe", "exit", "1"]
interval = "1s"
retries = 2
on_failure = "restart"'
    container "stop-$placement" $placement '' "
command = $on_flag
interval = \"1s\"
retries = 2
on_failure = \"stop\"" "$flagged"
    container "leaves-$placement" $placement '' '
command = ["/bin/sh", "-c", "cat /dev/shm/ok"]
interval = "500ms"
retries = 2
on_failure = "restart"' '["/bin/sh", "-c", "trap \"rm /dev/shm/ok; sleep 3; exit 0\" TERM; touch /dev/shm/ok; sleep infinity & wait"]' \
        'stop_timeout = "10s"'
    container "db-$placement" $placement '' '
command = ["/bin/sh", "-c", "echo starting up; cat /dev/shm/ok"]
interval = "500ms"
retries = 1000'
    define "app-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
restart = "no"
requires_healthy = ["db-$placement"]
command = ["/bin/probe", "sleep", "infinity"]
X
    define "hasty-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
restart = "no"
start_timeout = "2s"
requires_healthy = ["db-$placement"]
command = ["/bin/probe", "sleep", "infinity"]
X
done
reload
check "definitions are without errors" caissonctl check

for placement in scope service; do
    echo "# $placement"
    well=well-$placement
    systemctl start "$well"
    before=$(journalctl --sync; journalctl -o cat --no-pager | grep -c .)
    check "the first probe is at once" within 1 record_is "$well" state healthy
    within 20 has_probed "$well" 9
    check "probes are at exact intervals" is_on_time "$(inside "$well" /dev/shm/times)" 9 100
    check "nothing is said in the journal while all is well" \
        is "$(journalctl --sync; journalctl -o cat --no-pager | grep -c .)" "$before"
    check "there is no unit of a probe" is "$(systemctl list-units --all --plain --no-legend '*probe*' | grep -v modprobe)" ""
    check "the record is root's alone" is "$(stat -c '%a %U' /run/caisson/health)" "700 root"
    check "caissonctl status shows it" has 'Health: healthy; last probe .* passed' caissonctl status "$well"
    check "--json has it" has '"state": "healthy"' caissonctl --json status "$well"
    check "list has no mark" has_not 'unhealthy' caissonctl list "$well"
    systemctl stop "$well"
    check "a stop is a success" state_is "$well" inactive
    check "the record goes with it" fails test -e "/run/caisson/health/$well"

    same=same-$placement
    systemctl start "$same"
    check "it is probed" within 10 has_probed "$same" 1
    mine=$(inside "$same" /dev/shm)
    check "namespaces, cgroup, ids, capabilities and filter are the payload's" \
        is "$(cat "$mine/probe")" "$(cat "$mine/payload")"
    check "it has a filter" has '^Seccomp:.*2' cat "$mine/probe"
    check "stdin is /dev/null" has ' 0 -> /dev/null' cat "$mine/fds"
    check "there is no terminal" has 'not a tty' cat "$mine/tty"
    check "nothing else is open but what ls reads" has_not ' ([4-9]|[1-9][0-9]+) -> ' cat "$mine/fds"
    systemctl stop "$same"

    late=late-$placement
    systemctl start "$late"
    check "a slow probe runs" within 2 has_guests "$late" "$placement"
    check "it is ended in time" within 4 record_is "$late" last timeout
    check "with all that it has started" within 1 has_no_guests "$late" "$placement"
    check "the journal says so" within 3 has 'unhealthy: the probe failed 1 time: time-out after 2 s' logs "$late"
    systemctl restart "$late"
    check "it runs" within 2 has_guests "$late" "$placement"
    sleep 0.3
    kill -KILL "$(pgrep -o -f "caisson-runtime probe .* $late\$")"
    check "nothing is left when the probe's verb is killed" within 1 has_no_guests "$late" "$placement"
    check "it counts as a failure" within 2 record_is "$late" last error
    systemctl restart "$late"
    check "it runs" within 2 has_guests "$late" "$placement"
    sleep 0.3
    kill -KILL "$(companion "$late")"
    check "nothing is left when the companion is killed" within 1 has_no_guests "$late" "$placement"
    systemctl stop "$late"

    litter=litter-$placement
    systemctl start "$litter"
    check "a probe that leaves processes passes" within 5 record_is "$litter" last pass
    check "but they are gone" has_no_guests "$litter" "$placement"
    systemctl stop "$litter"

    ill=ill-$placement
    systemctl start "$ill"
    check "it is healthy" within 5 record_is "$ill" state healthy
    lines=$(lines_of "$ill")
    harm "$ill"
    check "a failure counts" within 3 record_is "$ill" failures 1
    check "the status line says so" within 1 status_is "$ill" '^the probe failed 1 time: exit status 1: cat:'
    heal "$ill"
    check "a pass forgets it" within 3 record_is "$ill" failures 0
    check "nothing was logged" is "$(lines_of "$ill")" "$lines"
    harm "$ill"
    check "three failures make it unhealthy" within 6 record_is "$ill" state unhealthy
    check "at three" is "$(record "$ill" failures)" 3
    sleep 2
    check "an error is logged, once" is "$(journalctl --sync; journalctl -u "$ill" -p err -o cat --no-pager)" \
        "unhealthy: the probe failed 3 times: exit status 1: cat: can't open '/dev/shm/ok': No such file or directory"
    check "the service is active" state_is "$ill" active
    check "its status line says it" status_is "$ill" '^unhealthy: the probe failed [0-9]+ times: exit status 1'
    check "caissonctl status says it" has "Health: unhealthy \([0-9]+ failures in a row\); last probe .* exit status 1: cat" caissonctl status "$ill"
    check "list has a mark" has 'running, unhealthy' caissonctl list "$ill"
    check "--json has it" has '"state": "unhealthy"' caissonctl --json list "$ill"
    check "the output's end is kept" has '"output": "looking.ncat: ' caissonctl --json list "$ill"
    heal "$ill"
    check "it recovers" within 3 record_is "$ill" state healthy
    check "which is logged, too" within 3 has '^healthy again' logs "$ill"
    check "and in the status line" status_is "$ill" '^healthy$'
    systemctl stop "$ill"
    check "it stops" state_is "$ill" inactive

    young=young-$placement
    systemctl start "$young"
    sleep 3
    check "failures within start_period do not count" record_is "$young" failures 0
    check "though it was probed" has_probed "$young" 4
    check "those after it do" within 5 record_is "$young" state unhealthy
    systemctl stop "$young"

    ready=ready-$placement
    systemctl start --no-block "$ready"
    sleep 3
    check "with ready = \"healthy\" READY=1 of the payload does not make it active" state_is "$ready" activating
    check "the status line says why" status_is "$ready" '^starting: the probe failed'
    check "it is probed every second meanwhile" test "$(wc -l <"$(inside "$ready" /dev/shm/tried)")" -ge 3
    check "these failures do not count" test "$(record "$ready" failures)" -le 1
    heal "$ready"
    check "the first pass makes it active" within 3 state_is "$ready" active
    count=$(wc -l <"$(inside "$ready" /dev/shm/tried)")
    sleep 2.5
    check "from then on it is probed at its interval" is "$(wc -l <"$(inside "$ready" /dev/shm/tried)")" "$count"
    systemctl stop "$ready"

    never=never-$placement
    check "one that is never healthy does not start" fails systemctl start "$never"
    check "by time-out" is "$(property "$never" Result)" timeout
    check "the journal says why" has 'never became healthy; the last of [0-9]+ probes: exit status 1: refused' logs "$never"
    check "the status line, too" status_is "$never" 'never became healthy'
    check "the record is gone" fails test -e "/run/caisson/health/$never"
    brief=brief-$placement
    check "nor one that ends before" fails systemctl start "$brief"
    check "with its exit status" is "$(property "$brief" ExecMainStatus)" 5
    check "the journal says what it waited for" has 'never became healthy; the last of [0-9]+ probes: exit status 1: refused' logs "$brief"

    again=again-$placement
    systemctl start "$again"
    check "on_failure = \"restart\" ends it" within 8 has watchdog property "$again" Result
    ended=$(date +%s%N)
    check "it is started again" within 8 is_restarted "$again"
    took=$((($(date +%s%N) - ended) / 1000000))
    check "after restart_delay" test "$took" -ge 1500
    check "up to start_limit" within 15 state_is "$again" failed
    check "which is twice" is "$(logs "$again" | grep -c '^unhealthy: ')" 2
    check "systemd was asked once each time" is "$(logs "$again" | grep -c 'Watchdog request')" 2
    systemctl reset-failed "$again"

    stop=stop-$placement
    systemctl start "$stop"
    check "it is healthy" within 5 record_is "$stop" state healthy
    harm "$stop"
    check "on_failure = \"stop\" makes it one that failed" within 10 state_is "$stop" failed
    check "and says why" has "$stop: unhealthy; stopped, as health.on_failure says: exit status 1: cat" logs "$stop"
    sleep 1
    check "it is not started again" state_is "$stop" failed
    check "but can be" systemctl start "$stop"
    systemctl stop "$stop"
    check "then it ends well" state_is "$stop" inactive

    leaves=leaves-$placement
    systemctl start "$leaves"
    check "it is healthy" within 5 record_is "$leaves" state healthy
    systemctl stop "$leaves"
    check "what answers no more while it stops is not unhealthy" has_not '^unhealthy' logs "$leaves"
    check "and the stop is a success" state_is "$leaves" inactive

    db=db-$placement app=app-$placement hasty=hasty-$placement
    check "what requires a healthy one waits no longer than it may" fails systemctl start "$hasty"
    check "and says for what" has "not started, because not healthy: $db \(starting, its last probe: exit status 1: cat" logs "$hasty"
    systemctl start --no-block "$app"
    sleep 1
    check "it waits" state_is "$app" activating
    check "the status line says for what" status_is "$app" "^waiting for $db to be healthy$"
    check "no payload was started" fails test -e "/run/caisson/state/$app.json"
    heal "$db"
    check "with the other's health it starts" within 5 state_is "$app" active
    systemctl stop "$app"
    check "one that is healthy already is not waited for" systemctl start "$app"
    systemctl stop "$app" "$db"
done
systemctl reset-failed
all=()
for placement in scope service; do
    for name in well same late litter ill young ready never brief again stop leaves db app hasty; do
        all+=("$name-$placement")
    done
done
check "nothing is left" leaves_nothing "${all[@]}"
check "no record is left" is "$(ls -A /run/caisson/health)" ""
finish
