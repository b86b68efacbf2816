#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Not one line is lost: not in a flood, not at the payload's end, not while journald is away. Errors are errors.
set -uo pipefail
. "$(dirname "$0")/expect.sh"
# The vm is emulated, and slow.
[[ ${MACHINE_BACKEND:-} == vm ]] && few=20000
lines=${LINES_WRITTEN:-${few:-1000000}}

mkdir -p /run/systemd/journald.conf.d
cat >/run/systemd/journald.conf.d/unlimited.conf <<X
[Journal]
RateLimitIntervalSec=0
RuntimeMaxUse=2G
SystemMaxUse=2G
X
systemctl restart systemd-journald

for placement in scope service; do
    define "flood-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
restart = "no"
labels = { team = "a b", "app.kubernetes.io/name" = "x" }
command = ["/bin/sh", "-c", "seq $lines; echo last"]
X
    define "mixed-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
restart = "no"
command = ["/bin/sh", "-c", "echo to stdout; echo to stderr >&2; printf 'with\\\\001control\\\\n'; printf unended"]
X
    define "long-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
restart = "no"
command = ["/bin/sh", "-c", "head -c 1000000 /dev/zero | tr '\\\\0' x; echo; echo after"]
X
    define "steady-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
command = ["/bin/sh", "-c", "i=0; while :; do i=\$((i + 1)); echo \$i; usleep 10000; done"]
X
done
reload

entries() { journalctl -u "$1" -o cat --no-pager "${@:2}"; }
numbers() { entries "$1" | grep -cE '^[0-9]+$'; }
ended() { state_is "$1" inactive; }
for placement in scope service; do
    name=flood-$placement
    systemctl start "$name"
    check "$placement: $lines lines at full speed" within 300 ended "$name"
    journalctl --sync
    check "$placement: none is lost" is "$(numbers "$name")" "$lines"
    check "$placement: and they come in order" is "$(entries "$name" | grep -E '^[0-9]+$' | sort -nc 2>&1)" ""
    check "$placement: the last one, too" has '^last$' entries "$name" -n 20
    for field in "CAISSON_CONTAINER=$name" CAISSON_ROOTFS=/srv/rootfs/busybox 'CAISSON_LABEL_TEAM=a b' \
        CAISSON_LABEL_APP_KUBERNETES_IO_NAME=x "_SYSTEMD_UNIT=$name.service" "SYSLOG_IDENTIFIER=$name"; do
        check "$placement: a line has $field" has "^$field\$" journalctl -u "$name" -o export -n 1 "${field%%=*}=${field#*=}"
    done

    name=mixed-$placement
    systemctl start "$name"
    check "$placement: it ends" within 10 ended "$name"
    journalctl --sync
    check "$placement: stdout is info" has '^to stdout$' entries "$name" PRIORITY=6
    check "$placement: stderr is err" has '^to stderr$' entries "$name" PRIORITY=3
    check "$placement: what is not text passes" has 'control' journalctl -u "$name" -o cat --no-pager -a
    check "$placement: a last line without an end is one" has '^unended$' entries "$name"

    name=long-$placement
    systemctl start "$name"
    check "$placement: it ends" within 20 ended "$name"
    journalctl --sync
    check "$placement: a line of a megabyte arrives" is "$(entries "$name" --all | tr -dc x | wc -c)" 1000000
    check "$placement: and the one after it" has '^after$' entries "$name" -n 5

    name=steady-$placement
    systemctl start "$name"
    pid=$(property "$name" MainPID)
    for _ in 1 2 3; do
        sleep 0.5
        systemctl restart systemd-journald
    done
    sleep 1
    check "$placement: the payload does not notice that journald restarts" is "$(property "$name" MainPID)" "$pid"
    systemctl stop "$name"
    journalctl --sync
    check "$placement: and no line is lost" is \
        "$(entries "$name" | grep -E '^[0-9]+$' | awk '$1 != last + 1 { print last "->" $1 } { last = $1 }')" ""
done
finish
