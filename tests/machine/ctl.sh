#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# caissonctl against a real systemd: what it prints, how it exits, and how long it takes for 500 containers.
set -uo pipefail
export LC_ALL=C.UTF-8

. "$(dirname "$0")/expect.sh"

definitions=/etc/caisson

# exits STATUS PATTERN COMMAND...: the command ends with the status, and says that on stdout or stderr.
exits() {
    local want=$1 pattern=$2 text status
    shift 2
    text=$("$@" 2>&1 </dev/null)
    status=$?
    [[ $status == "$want" ]] || { echo "    status $status, want $want: ${text:0:600}" && return 1; }
    grep -qE -- "$pattern" <<<"$text" || { echo "    no '$pattern' in: ${text:0:600}" && return 1; }
}

# answers FILTER COMMAND...: jq's filter is true of what the command prints.
answers() {
    local filter=$1 text
    shift
    text=$("$@" 2>/dev/null)
    jq -e "$filter" >/dev/null 2>&1 <<<"$text" || { echo "    not $filter: ${text:0:900}" && return 1; }
}

one() {
    answers "map(select(.name == \"$1\")) | length == 1 and (.[0] | $2)" caissonctl list --json
}

define_probe() {
    define "$1.toml" <<TEXT
[container]
description = "A container that waits"
rootfs = { directory = "/srv/rootfs/busybox" }
command = ["/bin/sh", "-c", "echo hello from $1; trap 'echo got HUP' HUP; trap 'exit 0' TERM; while :; do sleep 0.1; done"]
placement = "$2"
autostart = false
TEXT
}

log_has() {
    journalctl --sync 2>/dev/null || true
    caissonctl logs "$1" --no-pager 2>&1 | grep -q -- "$2"
}

without_root() {
    setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

check "version" exits 0 '^caissonctl [0-9.]+$' caissonctl version
check "help" exits 0 'Exit status' caissonctl help
check "a misspelt verb is misuse" exits 2 'caissonctl: ' caissonctl lits
check "no containers are an empty list" answers '. == []' caissonctl list --json
check "nothing to check is silence" exits 0 '^$' caissonctl check

for placement in scope service; do
    define_probe "$placement" "$placement"
done
define many@.toml <<'TEXT'
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
command = ["/bin/sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done", "%i"]
TEXT
define broken.toml <<'TEXT'
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
comand = ["/bin/true"]
TEXT
define fails.toml <<'TEXT'
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
command = ["/bin/false"]
restart = "no"
autostart = false
TEXT

check "a new definition is shown before the reload" one scope '.state == "inactive" and .changed == "daemon-reload"'
check "starting it asks for the reload" exits 1 "daemon-reload" caissonctl start scope
reload
check "after the reload it is unchanged" one scope '.state == "inactive" and .changed == null'
check "a broken definition is an error in the list" one broken '.state == "error" and .errors[0].line >= 1'
check "check prints file, line, column, key" exits 1 '^/etc/caisson/broken.toml:3:1: error: container.comand: ' caissonctl check
check "check of a good file is silent" exits 0 '^$' caissonctl check "$definitions/scope.toml"
check "check as JSON" answers 'any(.key == "container.comand" and .line == 3)' caissonctl check --json
check "check needs no root" exits 0 '^$' without_root caissonctl check "$definitions/scope.toml"
check "check of what is not there" exits 1 'No such file' caissonctl check /nowhere.toml

check "start of a broken definition prints its errors" exits 1 'broken.toml:3:1: error' caissonctl start broken
check "start of what ends at once" exits 0 '' caissonctl start fails
check "its status is failed" within 5 exits 3 'failed \(Result: exit-code\)' caissonctl status fails
check "status tells the exit status" exits 3 'exited, status=1' caissonctl status fails

for name in scope service; do
    check "$name: start" exits 0 '^$' caissonctl start "$name"
    check "$name: it runs" one "$name" '.state == "active" and .main_pid > 1 and .since != null'
    check "$name: its placement" one "$name" ".placement == \"$name\""
    check "$name: its CPU time is known" one "$name" '.cpu_usec > 0'
    check "$name: the plan that runs is the defined one" one "$name" '.changed == null'
    check "$name: status" exits 0 'active \(running\)' caissonctl status "$name"
    check "$name: status shows the log" within 5 exits 0 "hello from $name" caissonctl status "$name"
    check "$name: logs" within 5 log_has "$name" "hello from $name"
    check "$name: logs as JSON" answers '.MESSAGE' caissonctl logs -n 1 --json "$name"
    check "$name: exec" exits 0 '^ *1 sh' caissonctl exec "$name" -- ps -o pid,comm
    check "$name: exec ends as its command" exits 7 '' caissonctl exec "$name" -- sh -c 'exit 7'
    check "$name: exec as another user" exits 0 '^uid=1000' caissonctl exec --user app "$name" -- id
    check "$name: exec of what is not there" exits 127 'No such file' caissonctl exec "$name" -- /nothing
    check "$name: exec of what is no program" exits 126 '' caissonctl exec "$name" -- /etc
    check "$name: kill" exits 0 '^$' caissonctl kill --signal=HUP "$name"
    check "$name: the signal arrives" within 5 log_has "$name" 'got HUP'
    check "$name: reload is not defined" exits 1 'restart' caissonctl reload "$name"
    check "$name: restart" exits 0 '^$' caissonctl restart "$name"
    echo 'environment = { NEW = "1" }' >>"$definitions/$name.toml"
    check "$name: an edit asks for a reload" one "$name" '.changed == "daemon-reload"'
    reload
    check "$name: after it, for a restart" one "$name" '.changed == "restart"'
    check "$name: status says so, too" exits 0 'caissonctl restart' caissonctl status "$name"
    check "$name: restart applies it" exits 0 '^$' caissonctl restart "$name"
    check "$name: nothing is left to do" one "$name" '.changed == null'
    sed -i '1a resources = { tasks_max = 321 }' "$definitions/$name.toml"
    check "$name: a changed limit asks for a reload" one "$name" '.changed == "daemon-reload"'
    reload
    check "$name: which applies it" is "$(property "$name.$name" TasksMax)" 321
    check "$name: so that nothing is left to do" one "$name" '.changed == null'
    check "$name: stop" exits 0 '^$' caissonctl stop "$name"
    check "$name: it is inactive" one "$name" '.state == "inactive" and .main_pid == null'
    check "$name: exec without it" exits 3 'does not run' caissonctl exec "$name" -- true
    check "$name: kill without it" exits 1 'does not run' caissonctl kill "$name"
done

check "two instances start" exits 0 '^$' caissonctl start many@blue many@red
check "both are listed" exits 0 'many@blue +running' caissonctl list 'many@*'
check "status of the template is theirs" exits 0 'many@red' caissonctl status many@
check "show expands the instance" answers '.process.args[-1] == "blue"' caissonctl show --oci many@blue
check "show of the template keeps the specifier" answers '.process.args[-1] == "%i"' caissonctl show --plan many@
check "show as units" exits 0 '^ExecStart=' caissonctl show --unit many@
check "a template cannot be started" exits 4 'instance' caissonctl start many@
rm "$definitions/many@.toml"
reload
check "what runs without a definition is listed" one many@blue '.changed == "removed"'
check "and can be stopped" exits 0 '^$' caissonctl stop many@blue many@red

# As if journald were a container: what is defined here must never be taken for it.
define systemd-journald.toml <<'TEXT'
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
command = ["/bin/true"]
TEXT
reload
check "a definition that would shadow a unit is refused" one systemd-journald \
    '.state == "error" and .main_pid == null and .service == null and (.errors[0].message | contains("shadow"))'
check "its status is not that of the unit" exits 3 'refused' caissonctl status systemd-journald
for verb in start stop restart reload kill logs; do
    check "$verb leaves the unit alone" exits 1 'refused.*journald.service is none' caissonctl "$verb" systemd-journald
done
check "exec, too" exits 1 'refused' caissonctl exec systemd-journald -- true
check "the unit runs on" state_is systemd-journald active
rm "$definitions/systemd-journald.toml"
reload

check "an unknown name suggests the nearest" exits 4 'did you mean "scope"' caissonctl status scpe
check "errors as JSON" exits 4 '^\{"error":' caissonctl --json start nothing
check "list without root" exits 0 'scope' without_root caissonctl list
check "start without root is explained" exits 1 'as root' without_root caissonctl start scope

# An emulated processor is many times slower: there the time says little, and a few will do.
many=500 limit=100 tries=10
[[ $MACHINE_BACKEND != vm ]] || many=50 limit=2000 tries=3
mapfile -t services < <(printf 'n%s.service\n' $(seq 1 "$many"))

rm -f "$definitions"/*.toml
for number in $(seq 1 "$many"); do
    define "n$number.toml" <<<$'[container]\nrootfs = { directory = "/srv/rootfs/busybox" }\ncommand = ["/bin/sleep", "infinity"]'
done
reload

# best COMMAND...: the least time it takes, in milliseconds. On a busy machine only minima say something: it is tried more
# often while it seems too slow.
best() {
    local start end try least=
    for ((try = 0; try < tries || (try < 50 && least >= limit); try++)); do
        start=$EPOCHREALTIME
        "$@" >/dev/null || return 1
        end=$EPOCHREALTIME
        local took=$(((${end/./} - ${start/./}) / 1000))
        [[ -n $least ]] && ((took >= least)) || least=$took
    done
    echo "$least"
}

all_run() {
    (($(systemctl list-units --state=running --no-legend 'n*.service' | wc -l) >= $1))
}

least=$(best caissonctl list --no-pager)
echo "caissonctl list, $many containers, none running: $least ms"
check "$many inactive containers in less than $limit ms" test "$least" -lt "$limit"

# Running ones need no payload of theirs for this: their units are what counts.
printf '[Service]\nType=simple\nExecStart=\nExecStart=/bin/sleep infinity\nExecStopPost=\n' >/tmp/plain.conf
for service in "${services[@]}"; do
    mkdir -p "/run/systemd/system/$service.d"
    cp /tmp/plain.conf "/run/systemd/system/$service.d/plain.conf"
done
reload
systemctl start --no-block "${services[@]}"
for _ in {1..60}; do
    if all_run "$many"; then break; fi
    sleep 0.5
done
check "$many run" all_run "$many"
least=$(best caissonctl list --no-pager)
echo "caissonctl list, $many containers, all running: $least ms"
check "$many running containers in less than $limit ms" test "$least" -lt "$limit"
systemctl stop "${services[@]}"
rm -rf /run/systemd/system/n*.service.d
rm -f "$definitions"/*.toml
reload

finish
