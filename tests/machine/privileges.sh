#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Capabilities, limits, sysctls, devices, masks, labels, time zone and mounts, as the kernel has them.
# shellcheck disable=SC2016  # $ in definitions is the container's
set -uo pipefail
. "$(dirname "$0")/expect.sh"

# container NAME LINES
container() {
    define "$1.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/debian" }
placement = "$placement"
restart = "no"
command = ["/bin/probe", "sleep", "infinity"]
$2
X
}

status() { sed -n "s/^$2:[[:space:]]*//p" "/proc/$(property "$1" MainPID)/status"; }
inside() { nsenter -t "$(property "$1" MainPID)" -a -S 0 -G 0 -- "${@:2}"; }
sets() { for set in CapInh CapPrm CapEff CapBnd CapAmb; do printf '%s ' "$((0x$(status "$1" $set)))"; done; }
mask() { local bits=0 n; for n; do bits=$((bits | 1 << n)); done; echo "$bits"; }
limit_of() { sed -nE "s/^$2 +([^ ]+) +([^ ]+).*/\1 \2/p" "/proc/$(property "$1" MainPID)/limits"; }

can_raise() { ((0x$(sed -n 's/^CapBnd:[[:space:]]*//p' /proc/1/status) & 1 << 24)); }
environment_of() { tr '\0' '\n' <"/proc/$(property "$1" MainPID)/environ"; }

default=$(mask 0 1 3 4 5 6 7 8 10 18 31)
all=$(((1 << ($(cat /proc/sys/kernel/cap_last_cap) + 1)) - 1))
mkdir -p /srv/tree/below /srv/other && touch /srv/other/file
mount --bind /srv/other /srv/tree/below
mount --make-shared /srv/tree/below
for placement in scope service; do
    echo "# placement $placement"
    container plain ""
    container added 'security = { capabilities = { add = ["NET_RAW", "cap_sys_nice"] } }'
    container dropped 'security = { capabilities = { drop = ["CHOWN"] } }'
    container only 'security = { capabilities = { drop = ["ALL"], add = ["NET_BIND_SERVICE"] } }'
    container everything 'security = { capabilities = { add = ["ALL"] } }'
    container user 'user = "1000:1000"'
    container binder 'user = "1000:1000"
security = { capabilities = { add = ["NET_BIND_SERVICE"] } }'
    container setuid 'security = { no_new_privileges = false }'
    container limited '[container.limits]
nofile = "1000:2000"
core = "0:1M"
nproc = 500
memlock = "1M"
rttime = "5:10"'
    container raised '[container.limits]
nice = "20"'
    container tuned '[container.security.sysctl]
"net.ipv4.ip_forward" = "1"
"net/ipv4/ip_unprivileged_port_start" = 80
"kernel.msgmax" = 65000
"fs.mqueue.queues_max" = 11
"kernel.domainname" = "example.org"'
    container masked 'security = { masked_paths = ["/etc/debian_version", "/usr/share", "/usr/lib/os-rel*"], read_only_paths = ["/etc/apt"], unmask = ["/proc/interrupts"] }'
    container device '[[container.device]]
path = "/dev/loop-control"
target = "/dev/deep/loop"
permissions = "r"
[[container.device]]
path = "/dev/absent"
optional = true'
    container no-device '[[container.device]]
path = "/dev/absent"'
    container armored 'security = { apparmor_profile = "absent-profile" }'
    container labelled 'security = { selinux_label = "a:b:c:s0" }'
    for zone in host UTC Asia/Tokyo Moon/Crater; do
        container "zone-${zone##*/}" "timezone = \"$zone\"
environment = { WHY = \"x\" }"
    done
    container mounts '[[container.mount]]
source = "/srv/tree"
target = "/flat"
recursive = false
[[container.mount]]
source = "/srv/tree"
target = "/deep"
propagation = "rslave"'
    reload
    good="plain added dropped only everything user binder setuid limited tuned masked device zone-host zone-UTC mounts"
    # shellcheck disable=SC2086
    systemctl start $good

    check "default set, root" is "$(sets plain)" "0 $default $default $default 0 "
    check "added" is "$(sets added)" "0 $((default | $(mask 13 23))) $((default | $(mask 13 23))) $((default | $(mask 13 23))) 0 "
    check "dropped" is "$(status dropped CapBnd)" "$(printf %016x $((default & ~1)))"
    check "only one" is "$(sets only)" "0 1024 1024 1024 0 "
    check "all" is "$(sets everything)" "0 $all $all $all 0 "
    check "another user has none" is "$(sets user)" "0 0 0 $default 0 "
    check "but what was added" is "$(sets binder)" "1024 1024 1024 $default 1024 "
    check "no_new_privileges" is "$(status plain NoNewPrivs) $(status setuid NoNewPrivs)" "1 0"
    check "a filter" is "$(status plain Seccomp)" 2

    check "limits: nofile" is "$(limit_of limited 'Max open files')" "1000 2000"
    check "limits: core" is "$(limit_of limited 'Max core file size')" "0 1048576"
    check "limits: nproc" is "$(limit_of limited 'Max processes')" "500 500"
    check "limits: memlock" is "$(limit_of limited 'Max locked memory')" "1048576 1048576"
    if can_raise; then
        systemctl start raised
        check "limits: above the service's own" is "$(limit_of raised 'Max nice priority')" "20 20"
        systemctl stop raised
    else
        echo "skip - limits above the service's own: this machine's root lacks CAP_SYS_RESOURCE"
    fi
    check "limits: rttime" is "$(limit_of limited 'Max realtime timeout')" "5 10"

    host_forward=$(cat /proc/sys/net/ipv4/ip_forward)
    check "sysctl: net" is "$(inside tuned cat /proc/sys/net/ipv4/ip_forward)" 1
    check "sysctl: with slashes" is "$(inside tuned cat /proc/sys/net/ipv4/ip_unprivileged_port_start)" 80
    check "sysctl: ipc" is "$(inside tuned cat /proc/sys/kernel/msgmax)" 65000
    check "sysctl: mqueue" is "$(inside tuned cat /proc/sys/fs/mqueue/queues_max)" 11
    check "sysctl: uts" is "$(inside tuned cat /proc/sys/kernel/domainname)" example.org
    check "sysctl: the host's stays" is "$(cat /proc/sys/net/ipv4/ip_forward)" "$host_forward"
    check "sysctl: read-only afterwards" fails inside tuned sh -c 'echo 0 >/proc/sys/net/ipv4/ip_forward'

    check "a file is masked" is "$(inside masked cat /etc/debian_version | wc -c)" 0
    check "what a pattern finds is masked" is "$(inside masked cat /usr/lib/os-release | wc -c)" 0
    check "a directory is masked" is "$(inside masked ls /usr/share | wc -l)" 0
    check "a path is read-only" fails inside masked touch /etc/apt/x
    check "what is unmasked speaks" fails is "$(inside masked cat /proc/interrupts | wc -c)" 0
    check "what is not does not" is "$(inside plain cat /proc/interrupts | wc -c)" 0

    check "a device" inside device test -c /dev/deep/loop
    check "it is root's inside" is "$(inside device stat -c %u /dev/deep/loop)" 0
    check "its number" is "$(inside device stat -c %t:%T /dev/deep/loop)" "$(stat -c %t:%T /dev/loop-control)"
    check "others are not there" fails inside plain test -e /dev/deep
    check "a missing device" fails systemctl start no-device
    check "and says so" within 5 has 'device /dev/absent: No such file or directory' logs no-device
    unit=device.$placement
    check "the cgroup's rules" has "/dev/loop-control r" systemctl show -p DeviceAllow "$unit"
    check "the cgroup's policy" has "closed" systemctl show -p DevicePolicy "$unit"

    for name in armored labelled; do
        check "$name: without the module it does not start" fails systemctl start "$name"
        check "$name: and says why" within 5 has 'this kernel runs without (AppArmor|SELinux)|apparmor_profile absent-profile: ' logs "$name"
    done

    if [[ -e /sys/kernel/security/apparmor/profiles ]]; then
        # The one profile that every kernel with AppArmor has.
        container armored 'security = { apparmor_profile = "unconfined" }'
        reload
        check "apparmor: a profile" systemctl start armored
        check "apparmor: is in force" has unconfined cat "/proc/$(property armored MainPID)/attr/apparmor/current"
        systemctl stop armored
    else
        echo "skip - a profile in force: this kernel runs without AppArmor"
    fi

    check "timezone: host" has '^TZ=(:/run/host/localtime|UTC)$' environment_of zone-host
    check "timezone: UTC" has '^TZ=UTC$' environment_of zone-UTC
    check "timezone: no such zone" fails systemctl start zone-Crater
    check "timezone: and says so" within 5 has 'timezone Moon/Crater: open /usr/share/zoneinfo/Moon/Crater: No such file' logs zone-Crater
    if [[ -e /usr/share/zoneinfo/Asia/Tokyo ]]; then
        systemctl start zone-Tokyo
        check "timezone: a zone" is "$(inside zone-Tokyo env TZ=:/run/host/localtime date +%Z)" JST
        systemctl stop zone-Tokyo
    fi

    check "mount: recursive" inside mounts test -e /deep/below/file
    check "mount: not recursive" fails inside mounts test -e /flat/below/file
    mkdir -p /srv/tree/later
    mount --make-shared /srv/tree/below
    mkdir -p /srv/tree/below/new
    mount -t tmpfs tmpfs /srv/tree/below/new && touch /srv/tree/below/new/came
    check "mount: rslave receives" inside mounts test -e /deep/below/new/came
    umount /srv/tree/below/new

    # shellcheck disable=SC2086
    systemctl stop $good
    systemctl reset-failed 2>/dev/null
done
finish
