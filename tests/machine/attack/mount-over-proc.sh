#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A link of the image leads a mount of the definition into the container's /proc or /sys, over files that the runtime writes
# or masks; so does the name of an instance. Stand-in for a runtime that follows links: mount(8) after chroot(1).
set -uo pipefail
. "$(dirname "$0")/attack.sh"

mkdir -p "$home/source" && : >"$home/file"
attack <<'SH'
while read -r _ _ _ _ place _; do
    case $place in
    /proc/bus | /proc/fs | /proc/irq | /proc/sys | /proc/sysrq-trigger | /sys/fs/cgroup) ;;
    /proc/acpi | /proc/asound | /proc/interrupts | /proc/kcore | /proc/keys | /proc/latency_stats | /proc/sched_debug | \
        /proc/scsi | /proc/timer_list | /proc/timer_stats | /sys/firmware | /sys/devices/virtual/powercap) ;;
    /sys/devices/system/cpu/cpu*/thermal_throttle) ;;
    /proc/* | /sys/*) escaped "a mount on $place" ;;
    esac
done </proc/self/mountinfo
[[ $(stat -f -c %T /proc/self/attr /proc/sys /sys | sort -u | tr '\n' ' ') == "proc sysfs " ]] || escaped "other file systems"
exit 0
SH
places=(/proc /proc/self /proc/self/attr /proc/self/attr/ ../../../proc/self/attr /link /proc/1/attr /proc/sys/net
    /proc/sys/kernel /proc/fs /proc/self/fd /proc/self/root /proc/1/root /proc/1/cwd/proc /sys /sys/kernel /sys/fs/cgroup)
files=(/proc/self/attr/exec /proc/sys/kernel/core_pattern /proc/self/setgroups /proc/kcore /proc/self/exe)
ln -s proc/thread-self "$image/link"
root="\"$home/image\", \"/srv/rootfs/debian\""
tried=()
# try TARGET-OF-LINK MOUNT: as data or data/made.
try() {
    local number=${#tried[@]}
    cp -a "$image" "$home/$number" && ln -s "$1" "$home/$number/data"
    root="\"$home/$number\", \"/srv/rootfs/debian\"" container "$name-$number" "$placement" "mount = [$2]"
    tried+=("$1: ${2//\"/}")
}
placement=scope
for place in "${places[@]}"; do
    try "$place" '{ type = "tmpfs", target = "/data" }'
done
placement=service
for place in "${places[@]:0:6}"; do
    try "$place" "{ source = \"$home/source\", target = \"/data\" }"
done
for place in "${files[@]}"; do
    try "$place" "{ source = \"$home/file\", target = \"/data\" }"
done
for place in /proc /sys; do
    try "$place" '{ type = "tmpfs", target = "/data/fs" }'
done
reload
numbers=("${!tried[@]}")
attempt "${numbers[@]/#/$name-}"
for number in "${!tried[@]}"; do
    check "${tried[number]}: no start" refused "$name-$number"
    check "${tried[number]}: nothing ran" has_not '^ENDED' logs "$name-$number"
done
check "the start says why" has 'mount on /data: a link leads into /proc$' logs "$name-0"

container "$name@" scope 'mount = [{ type = "tmpfs", target = "/%I" }]'
reload
attempt "$name"@{data,proc,proc-self-attr,sys-kernel}
for instance in data proc proc-self-attr sys-kernel; do
    check "an instance with the name $instance: no mount in /proc or /sys" has_not '^ESCAPED' logs "$name@$instance"
done
check "of which one starts" has '^ENDED' logs "$name@data"
for target in /proc /proc/self/attr /sys/kernel //proc/./self; do
    container "$name-direct" scope "mount = [{ type = \"tmpfs\", target = \"$target\" }]"
    check "a definition that says $target is an error" fails caissonctl check
done
rm "/etc/caisson/$name-direct.toml"
setting='mount = [{ type = "tmpfs", target = "/data" }]'
holds "with a directory in its place it starts"

naive() {
    # shellcheck disable=SC2016  # expanded by the inner shell
    unshare --mount --pid --fork bash -c '
        mount -t overlay -o "lowerdir=$1:/srv/rootfs/debian" overlay "$2" && mount -t proc proc "$2/proc" &&
            mount -t sysfs sysfs "$2/sys" && chroot "$2" /busybox mount -t tmpfs tmpfs /data && chroot "$2" /attack' \
        bash "$home/$1" "$home/naive"
}
mkdir -p "$home/naive"
check "a mount over /proc/1/attr is seen" has '^ESCAPED a mount on /proc/1/attr' naive 6
check "as is one over /proc/sys/kernel" has '^ESCAPED a mount on /proc/sys/kernel' naive 8
finish
