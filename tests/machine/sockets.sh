#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Socket activation: systemd listens, the first connection starts the container, whose payload gets the sockets and
# nothing else, though it has no network of its own.
# shellcheck disable=SC2016  # $ in definitions is the container's
set -uo pipefail
. "$(dirname "$0")/expect.sh"

answers() {
    [[ $(curl -s --max-time 10 "$@") == "hello from probe" ]]
}

# The socket that a process has at descriptor 3.
socket_of() {
    readlink "/proc/$(property "$1" MainPID)/fd/3"
}

# holders SOCKET NAME: processes called NAME that have it open.
holders() {
    local pid
    for pid in $(pgrep "$2"); do
        find "/proc/$pid/fd" -lname "${1//[][]/?}" 2>/dev/null
    done
}

# told NAME VARIABLE: its value in the payload's environment, as the payload printed it.
told() {
    logs "$1" | sed -n "s/^$2=//p" | tail -n 1
}

port=8100
for placement in scope service; do
    for init in true false; do
        for mode in auto host; do
            ((++port))
            define "web-$placement-$init-$mode.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
init = $init
user_namespace = { mode = "$mode" }
autostart = false
command = ["/bin/probe", "fds", "--", "env", "--", "pid", "--", "listen", "fd"]
[[container.socket]]
listen = "127.0.0.1:$port"
X
        done
    done
    define "file-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
user = "app"
autostart = false
command = ["/bin/probe", "fds", "--", "env", "--", "listen", "fd"]
[[container.socket]]
listen = "/run/file-$placement.socket"
mode = "0640"
user = "daemon"
[[container.socket]]
listen = "@file-$placement"
type = "datagram"
X
    define "many-$placement@.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
command = ["/bin/probe", "fds", "--", "env", "--", "listen", "fd"]
[[container.socket]]
listen = "/run/many-$placement-%i.socket"
X
    define "none-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
init = true
environment = { LISTEN_PID = "7" }
command = ["/bin/probe", "fds", "--", "env", "--", "sleep", "infinity"]
X
done
reload

port=8100
for placement in scope service; do
    for init in true false; do
        for mode in auto host; do
            ((++port))
            name=web-$placement-$init-$mode what="$placement, init $init, user namespace $mode"
            check "$what: systemd listens" systemctl start "$name.socket"
            check "$what: nothing runs yet" state_is "$name" inactive
            check "$what: the first connection is answered" answers "http://127.0.0.1:$port/"
            check "$what: by the container, which runs now" state_is "$name" active
            check "$what: it has no network of its own" is "$(caissonctl exec "$name" -- /bin/probe ls /sys/class/net)" lo
            check "$what: its descriptors are 0, 1, 2 and 3" is \
                "$(logs "$name" | grep -oE '^[0-9]+ (socket|pipe|/)' | cut -d' ' -f1 | paste -sd' ')" "0 1 2 3"
            check "$what: LISTEN_FDS" is "$(told "$name" LISTEN_FDS)" 1
            check "$what: LISTEN_FDNAMES" is "$(told "$name" LISTEN_FDNAMES)" "$name.socket"
            check "$what: LISTEN_PID is its own number" is "$(told "$name" LISTEN_PID)" \
                "$(logs "$name" | sed -n 's/^pid //p' | tail -n 1)"
            check "$what: and nothing else of the kind" is "$(logs "$name" | grep -c '^LISTEN_')" 3
            [[ $init == true ]] || socket=$(socket_of "$name")
            [[ $init == false ]] || socket=$(readlink "/proc/$(pgrep -P "$(property "$name" MainPID)")/fd/3")
            check "$what: the payload holds the socket" test -n "$(holders "$socket" probe)"
            check "$what: companion and init do not" test -z "$(holders "$socket" caisson-)"
            check "$what: nor has a command of exec any" is \
                "$(caissonctl exec "$name" -- /bin/probe fds | cut -d' ' -f1 | paste -sd' ')" "0 1 2"
            check "$what: or is told of any" has_not LISTEN caissonctl exec "$name" -- /bin/probe env
            systemctl stop "$name"
            check "$what: stopped, it is started by the next one" answers "http://127.0.0.1:$port/"
            check "$what: after a restart, too" systemctl restart "$name"
            check "$what: the socket is the same" test -n "$(holders "$socket" probe)"
            check "$what: which has listened all the time" answers "http://127.0.0.1:$port/"
            systemctl stop "$name.socket" "$name"
            check "$what: both stopped, nobody listens" fails curl -s "http://127.0.0.1:$port/"
        done
    done

    name=file-$placement
    systemctl start "$name.socket"
    check "$placement: a socket file has its mode and user" is "$(stat -c '%a %U' "/run/$name.socket")" "640 daemon"
    check "$placement: and answers" answers --unix-socket "/run/$name.socket" http://x/
    check "$placement: two sockets are two descriptors" is \
        "$(logs "$name" | grep -oE '^[0-9]+ (socket|pipe|/)' | cut -d' ' -f1 | paste -sd' ')" "0 1 2 3 4"
    check "$placement: and two of LISTEN_FDS" is "$(told "$name" LISTEN_FDS)" 2
    check "$placement: with names" is "$(told "$name" LISTEN_FDNAMES)" "$name.socket:$name.socket"
    check "$placement: the service's start takes the socket along" systemctl restart "$name"
    systemctl stop "$name" "$name.socket"
    check "$placement: stopped, no file is left" test ! -e "/run/$name.socket"
    check "$placement: the service starts with its socket" systemctl start "$name"
    check "$placement: which listens then" answers --unix-socket "/run/$name.socket" http://x/
    systemctl stop "$name" "$name.socket"

    for instance in blue green; do
        name=many-$placement@$instance
        systemctl start "$name.socket"
        check "$placement: instance $instance answers" answers --unix-socket "/run/many-$placement-$instance.socket" http://x/
        check "$placement: with its own name" is "$(told "$name" LISTEN_FDNAMES)" "many-$placement@$instance.socket"
    done
    check "$placement: the sockets of instances are two" test \
        "$(socket_of "many-$placement@blue")" != "$(socket_of "many-$placement@green")"
    systemctl stop "many-$placement@"{blue,green}.{service,socket}

    name=none-$placement
    systemctl start "$name"
    check "$placement: without sockets the variables are the definition's" within 5 has '^LISTEN_PID=7$' logs "$name"
    systemctl stop "$name"
done

name=file-scope
plan=$(property "$name" ExecStart | grep -oE '/[^ ]*caisson/[^ ]*\.json' | head -n 1)
check "there is a plan" test -e "$plan"
line="$name: systemd passed 0 of 2 sockets; restart $name.socket"
check "without sockets a start fails, and says so" has "^(caisson-runtime: )?$line\$" /usr/libexec/caisson/caisson-runtime start "$plan"
check "so it does with those of another process" has "$line" \
    env LISTEN_PID=1 LISTEN_FDS=2 /usr/libexec/caisson/caisson-runtime start "$plan"
check "and with one where there are two" has "${line/0 of/1 of}" \
    sh -c "LISTEN_PID=\$\$ LISTEN_FDS=1 exec /usr/libexec/caisson/caisson-runtime start '$plan' 3</dev/null"
check "or with what is no descriptor" has 'take over the socket at descriptor 3: Bad file descriptor' \
    sh -c "LISTEN_PID=\$\$ LISTEN_FDS=2 exec /usr/libexec/caisson/caisson-runtime start '$plan' 3<&-"
systemctl reset-failed
check "nothing is left" leaves_nothing web-{scope,service}-{true,false}-{auto,host} file-{scope,service} none-{scope,service} \
    many-{scope,service}@{blue,green}
finish
