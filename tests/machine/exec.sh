#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# caissonctl exec: the command has what the payload has and no more, and from a terminal one of the container's own.
# shellcheck disable=SC2016  # $ in single quotes is the container's, or the inner shell's
set -uo pipefail
. "$(dirname "$0")/expect.sh"
export TERM=linux

# Types INPUT as soon as the screen says "ready", and does not hang up. Whoever reads what on_terminal says waits for all who
# could say something.
type_in() {
    exec 2>/dev/null
    [[ -z $1 ]] || { within 20 grep -q '^ready' /run/screen >&2 && printf '%b' "$1"; }
    exec sleep 30
}

# on_terminal SCRIPT [INPUT]: a shell with a terminal runs it.
on_terminal() {
    local status
    : >/run/screen
    timeout 30 script -qec "$1" /dev/null < <(type_in "${2:-}") >/run/screen
    status=$?
    tr -d '\r' </run/screen
    return "$status"
}

# status_is STATUS COMMAND...
status_is() {
    local want=$1 status
    shift
    "$@" >/dev/null 2>&1
    status=$?
    [[ $status == "$want" ]] || { echo "    status $status, want $want" && return 1; }
}

gone() {
    ! pgrep -f "$1" >/dev/null
}

facts() {
    grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp:)'
}

limits() {
    tail -n +2 "$1"
}

for placement in scope service; do
    for mode in auto host; do
        define "box-$placement-$mode.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/debian" }
placement = "$placement"
umask = "0027"
working_directory = "/tmp"
user_namespace = { mode = "$mode" }
limits = { nofile = "1000:2000" }
command = ["/bin/probe", "sleep", "infinity"]
X
    done
    define "user-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/debian" }
placement = "$placement"
user = "app"
groups = ["extra"]
security = { capabilities = { add = ["NET_BIND_SERVICE"] } }
command = ["/bin/probe", "sleep", "infinity"]
X
done
reload

enters() {
    local box=$1 pid kind sleep
    inside() { caissonctl exec "$box" -- "$@"; }
    check "$box: starts" systemctl start "$box" || return
    pid=$(property "$box" MainPID)
    check "$box: identity, capabilities and filter are the payload's" \
        is "$(inside cat /proc/self/status | facts)" "$(inside cat /proc/1/status | facts)"
    for kind in cgroup ipc mnt net pid pid_for_children time user uts; do
        check "$box: its $kind namespace, too" \
            is "$(inside readlink "/proc/self/ns/$kind")" "$(readlink "/proc/$pid/ns/$kind")"
    done
    inside sleep 77 &
    check "$box: a command that waits" within 5 pgrep -f '^sleep 77$'
    sleep=$(pgrep -f '^sleep 77$')
    check "$box: is in the payload's cgroup" is "$(cat "/proc/$sleep/cgroup")" "$(cat "/proc/$pid/cgroup")"
    check "$box: has the payload's limits" is "$(limits "/proc/$sleep/limits")" "$(limits "/proc/$pid/limits")"
    check "$box: the payload's umask" is "$(grep Umask "/proc/$sleep/status")" "$(grep Umask "/proc/$pid/status")"
    check "$box: its working directory" is "$(readlink "/proc/$sleep/cwd")" "$(readlink "/proc/$pid/cwd")"
    [[ $box != user-* ]] || check "$box: the capability that was added, in all sets" \
        is "$(grep -cE '^Cap(Inh|Prm|Eff|Amb):[[:space:]]+0000000000000400$' "/proc/$sleep/status")" 4
    check "$box: leads a session" is "$(ps -o sid= -p "$sleep" | tr -d ' ')" "$sleep"
    check "$box: three descriptors" is "$(find "/proc/$sleep/fd" -type l -printf '%f\n' | sort -n | tr '\n' ' ')" "0 1 2 "
    pkill -KILL -f "caisson-runtime exec $box"
    check "$box: and hangs up with its caller" within 10 gone '^sleep 77$'
    check "$box: what the caller has open stays outside" fails caissonctl exec "$box" -- sh -c 'cat /proc/self/fd/9/etc/passwd' 9</
    check "$box: pipes go straight through" is "$(printf 'one\ntwo' | inside cat | od -c)" "$(printf 'one\ntwo' | od -c)"
    check "$box: as do errors" is "$(inside sh -c 'echo err >&2' 2>&1 >/dev/null)" err
    check "$box: the exit status is the command's" status_is 7 inside sh -c 'exit 7'
    check "$box: 128 and the signal" status_is 137 inside sh -c 'kill -KILL $$'
    check "$box: 127 for what is not there" status_is 127 inside absent
    check "$box: 126 for what is no program" status_is 126 inside /etc
    check "$box: no terminal of the caller's" fails on_terminal "caissonctl exec $box -- sh -c ': </dev/tty' </dev/null >/dev/null 2>&1"
    systemctl stop "$box"
}

# With CAP_SYS_PTRACE and no user namespace a container sees all of the runtime while that enters, and can hold its
# program open for the time when it runs no more. Where exec did not detach its program, the file held was the host's.
define thief.toml <<'X'
[container]
rootfs = { directory = "/srv/rootfs/debian" }
user_namespace = { mode = "host" }
security = { capabilities = { add = ["SYS_PTRACE"] } }
command = ["/bin/bash", "-c", """
for ((i = 0; i < 100000; i++)); do
    for exe in /proc/[0-9]*/exe; do
        # It may have become the command meanwhile.
        [[ $(readlink $exe) =~ caisson|^/$ ]] && exec 7<$exe && [[ $(readlink /proc/self/fd/7) =~ caisson|^/$ ]] &&
            echo held && break 2
    done
done
# While it runs it is busy.
while said=$({ echo >>/proc/self/fd/7; } 2>&1) || [[ $said == *busy* ]]; do
    [[ $said ]] || { echo written && break; }
    sleep 0.1
done
[[ $said ]] && echo "$said" && echo not written
exec sleep infinity"""]
X
systemctl daemon-reload
sum=$(sha256sum </usr/libexec/caisson/caisson-runtime)
systemctl start thief
for _ in {1..300}; do
    logs thief | grep -q "^held$" && break
    caissonctl exec thief -- /bin/true
    caissonctl exec thief -- /proc/self/exe
done >/dev/null 2>&1
check "a thief gets hold of the runtime's program" within 10 has '^held$' logs thief
check "but cannot write it" within 30 has '^not written$' logs thief
check "for it is read-only" has 'Read-only file system' logs thief
check "and is as it was" is "$(sha256sum </usr/libexec/caisson/caisson-runtime)" "$sum"
systemctl stop thief

for placement in scope service; do
    for mode in auto host; do
        enters "box-$placement-$mode"
    done
    enters "user-$placement"
done

box="box-scope-auto"
until_asleep="until pgrep -f '^sleep 78\$'; do sleep 0.1; done >/dev/null"
systemctl start "$box"
check "terminal: it is one" has '^/dev/pts/[0-9]+$' on_terminal "caissonctl exec $box -- tty"
check "terminal: the container's, not the caller's" is \
    "$(on_terminal "caissonctl exec $box -- stat -fLc %i /dev/pts")" "$(caissonctl exec "$box" -- stat -fLc %i /dev/pts)"
check "terminal: all three, and the controlling one" has '^ok$' \
    on_terminal "caissonctl exec $box -- sh -c 'test -t 0 && test -t 1 && test -t 2 && : </dev/tty && echo ok'"
check "terminal: the user's own" has '^1000$' on_terminal "caissonctl exec -u app $box -- sh -c 'stat -c %u \$(tty)'"
check "terminal: of the caller's size" has '^33 77$' on_terminal "stty rows 33 cols 77; caissonctl exec $box -- stty size"
check "terminal: which follows" has '^44 88$' on_terminal \
    "stty rows 33 cols 77; (until grep -q ^ready /run/screen; do sleep 0.1; done; stty rows 44 cols 88 </dev/tty) &
    caissonctl exec $box -- sh -c 'trap \"stty size; exit\" WINCH; echo ready; for i in \$(seq 100); do sleep 0.2; done'"
check "terminal: the exit status" status_is 7 on_terminal "caissonctl exec $box -- sh -c 'exit 7'"
check "terminal: what is typed arrives" has '^got hello$' on_terminal "caissonctl exec $box -- sh -c 'echo ready; read x; echo got \$x'" 'hello\n'
check "terminal: ^C reaches the command" status_is 130 on_terminal "caissonctl exec $box -- sh -c 'echo ready; exec sleep 78'" '\003'
check "terminal: ^D is the end of input" has '^0$' on_terminal "caissonctl exec $box -- sh -c 'echo ready; wc -c'" '\004'
check "terminal: 100,000 lines come through" is "$(on_terminal "caissonctl exec $box -- seq 100000" | sha256sum)" "$(seq 100000 | sha256sum)"
for end in 'true' 'absent' "sh -c 'kill -KILL \$\$'" "sh -c 'stty raw -echo'"; do
    check "terminal: as it was after: $end" has '^same$' on_terminal \
        "stty -a >/run/before; caissonctl exec $box -- $end; stty -a | cmp - /run/before && echo same"
done
check "terminal: as it was after SIGTERM" has '^same$' on_terminal \
    "stty -a >/run/before; ($until_asleep; pkill -TERM -f '^/usr/libexec/caisson/caisson-runtime exec') & caissonctl exec $box -- sleep 78; stty -a | cmp - /run/before && echo same"
check "terminal: SIGTERM ended the command" within 10 gone '^sleep 78$'
on_terminal "($until_asleep; pkill -KILL -f '^/usr/libexec/caisson/caisson-runtime exec') & caissonctl exec $box -- sleep 78" >/dev/null
check "terminal: a killed caller hangs up" within 10 gone '^sleep 78$'
script -qec "caissonctl exec $box -- sleep 78" /dev/null < <(type_in '') >/dev/null 2>&1 &
caller=$!
check "terminal: one that goes away" within 20 pgrep -f '^sleep 78$'
kill -KILL "$caller"
check "terminal: hangs up, too" within 10 gone '^sleep 78$'
check "terminal: input from elsewhere leaves it alone" is "$(on_terminal "echo piped | caissonctl exec $box -- cat")" piped
check "terminal: and output to elsewhere" is "$(on_terminal "caissonctl exec $box -- sh -c 'test -t 1 || echo none' | cat")" none
systemctl stop "$box"

# What a hostile container puts where its terminals should be.
define bare.toml <<'X'
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
command = ["/bin/probe", "sleep", "infinity"]
X
reload
systemctl start bare
pid=$(property bare MainPID)
nsenter -t "$pid" -m /bin/busybox mount --bind /dev/null /dev/pts/ptmx
check "terminal: no other device in its place" has 'terminal of the container: open /dev/pts/ptmx: Invalid cross-device link' \
    on_terminal "caissonctl exec bare -- tty"
nsenter -t "$pid" -m /bin/busybox mount -t tmpfs tmpfs /dev/pts
check "terminal: no other file system" has 'terminal of the container: /dev/pts: not a devpts' on_terminal "caissonctl exec bare -- tty"
check "terminal: without one none is needed" is "$(caissonctl exec bare -- echo fine)" fine
systemctl stop bare
check "nothing is left" leaves_nothing box-{scope,service}-{auto,host} user-{scope,service} thief bare
finish
