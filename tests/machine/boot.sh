#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# boot = true: a Debian root with systemd inside, which finds what it looks for in a container.
set -uo pipefail
. "$(dirname "$0")/expect.sh"

# The machine's own root serves; without what is defined in it, or it would be a machine in itself.
[[ -d /srv/system/usr ]] || { mkdir -p /srv/system && mount --bind / /srv/system; }
for placement in scope service; do
    define "sys-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/system" }
placement = "$placement"
boot = true
[[container.mount]]
type = "tmpfs"
target = "/etc/caisson"
X
done
define "bare.toml" <<X
[container]
rootfs = { directory = "/srv/bare" }
boot = true
restart = "no"
X
mkdir -p /srv/bare/{dev,proc,run,sys}
reload

pid_of() { property "$1" MainPID; }
inside() { nsenter -t "$(pid_of "$name")" -a -S 0 -G 0 -- "$@"; }
is_up() { has '^(running|degraded)$' inside systemctl is-system-running; }
environment() { tr '\0' '\n' <"/proc/$(pid_of "$name")/environ"; }
restarted() { [[ $(pid_of "$name") != "$1" ]] && state_is "$name" active; }

for placement in scope service; do
    name=sys-$placement
    systemctl start "$name"
    check "$name: it comes up" within 60 is_up
    check "$name: nothing has failed" is "$(inside systemctl list-units --failed --plain --no-legend | grep -cv binfmt)" 0
    check "$name: PID 1 is systemd" is "$(inside cat /proc/1/comm)" systemd
    check "$name: it has a user namespace" has '^ +0 +[1-9][0-9]+ +65536' cat "/proc/$(pid_of "$name")/uid_map"
    check "$name: it knows that it is in a container" is "$(inside systemd-detect-virt --container)" container-other
    check "$name: container=" has '^container=caisson$' environment
    uuid=$(environment | sed -n 's/^container_uuid=//p')
    check "$name: container_uuid=" has '^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' echo "$uuid"
    check "$name: /run/host: the manager" is "$(inside cat /run/host/container-manager)" caisson
    check "$name: /run/host: the uuid" is "$(inside cat /run/host/container-uuid)" "$uuid"
    check "$name: /run/host: the host's os-release" is "$(inside cat /run/host/os-release)" "$(cat /etc/os-release)"
    check "$name: cgroups of its own" inside test -d /sys/fs/cgroup/init.scope
    check "$name: in which it runs services" inside systemd-run --wait --quiet true
    check "$name: but the kernel's settings are not its" fails inside sh -c 'echo x >/proc/sys/kernel/core_pattern'
    check "$name: its journal is its own" inside journalctl -b -n 1 --quiet

    pid=$(pid_of "$name")
    inside systemctl reboot
    check "$name: reboot restarts the service" within 60 restarted "$pid"
    check "$name: and it comes up again" within 60 is_up
    check "$name: as the same machine" is "$(environment | sed -n 's/^container_uuid=//p')" "$uuid"
    check "$name: poweroff ends it" inside systemctl poweroff
    check "$name: cleanly" within 30 state_is "$name" inactive
    systemctl start "$name"
    within 60 is_up
    systemctl stop "$name"
    check "$name: stopped, it is inactive" state_is "$name" inactive
    check "$name: by its own shutdown" is "$(property "$name" Result)" success
    check "$name: nothing is left" within 5 leaves_nothing "$name"
done
check "a root without an init system does not start" fails systemctl start bare
check "and says so" within 5 has 'bare: boot: no init system in the root' logs bare
finish
