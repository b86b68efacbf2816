#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Run by the machine on itself: what every other script relies on.
# shellcheck disable=SC2317  # functions are called through check
set -uo pipefail

. "$(dirname "$0")/expect.sh"

systemd_is_settled() {
    local state
    state=$(systemctl is-system-running --wait)
    [[ $state == running ]] || { systemctl --failed --no-pager && return 1; }
}

systemd_version_matches_suite() {
    local version
    version=$(systemctl --version | sed -nE '1s/systemd ([0-9]+).*/\1/p')
    case $MACHINE_SUITE in
    bookworm) ((version == 252)) ;;
    trixie) ((version == 257)) ;;
    sid) ((version > 257)) ;;
    esac
}

overlay_on() {
    local work
    work=$(mktemp -d "$2/selftest.XXXXXX")
    mkdir "$work"/{upper,work,root}
    mount -t overlay overlay -o "lowerdir=/srv/rootfs/$1,upperdir=$work/upper,workdir=$work/work" "$work/root" || return 1
    chroot "$work/root" probe write /etc/new text &&
        has '^text' cat "$work/upper/etc/new" &&
        has '^uid 1000' chroot --userspec=1000:1000 "$work/root" probe ids &&
        [[ ! -e /srv/rootfs/$1/etc/new ]]
    local status=$?
    umount "$work/root"
    rm -rf "$work"
    return "$status"
}

user_namespace_mounts() {
    unshare --user --map-root-user --net --mount --pid --fork sh -c '
        mount -t proc proc /proc && mount -t sysfs sysfs /sys && mount -t tmpfs tmpfs /mnt'
}

journal_has_service_output() {
    systemd-run --quiet --wait --unit=selftest-journal probe out 'written to the journal'
    journalctl --sync 2>/dev/null || true
    has 'written to the journal' journalctl --unit=selftest-journal --output=cat
}

main_process_status_is_seen() {
    systemd-run --quiet --wait probe exit 7
    is $? 7
}

notification_arrives() {
    systemd-run --quiet --unit=selftest-notify --property=Type=notify probe ready -- sleep infinity &&
        has '^active$' systemctl is-active selftest-notify && systemctl stop selftest-notify &&
        has '^inactive$' systemctl is-active selftest-notify
}

host_is_out_of_reach() {
    [[ $MACHINE_BACKEND == vm ]] || has ' no EROFS$' probe writable /proc/sys/kernel/panic
}

siblings_are_here() {
    [[ -f $MACHINE_TESTS/machine && -f $(dirname "$0")/selftest.sh && -w . ]]
}

controllers_are_here() {
    local controller
    for controller in cpu io memory pids; do
        has "\\b$controller\\b" cat /sys/fs/cgroup/cgroup.controllers || return 1
    done
}

check "systemd is running and no unit has failed" systemd_is_settled
check "systemd's version is that of $MACHINE_SUITE" systemd_version_matches_suite
check "PID 1 is systemd" is "$(cat /proc/1/comm)" systemd
check "D-Bus answers" has '^s "25|^s "26' busctl get-property \
    org.freedesktop.systemd1 /org/freedesktop/systemd1 org.freedesktop.systemd1.Manager Version
check "systemd-analyze verify works" systemd-analyze verify --man=no dbus.service
check "the control groups are version 2" is "$(stat -f -c %T /sys/fs/cgroup)" cgroup2fs
check "a service's output is in the journal" journal_has_service_output
check "a service's exit status is seen" main_process_status_is_seen
check "a notification arrives" notification_arrives
for root in debian busybox; do
    check "the root $root has its users" has '^app:x:1000:1000:' cat "/srv/rootfs/$root/etc/passwd"
    check "an overlay on $root works in /var/lib/caisson" overlay_on "$root" /var/lib/caisson
    check "an overlay on $root works in the scratch directory" overlay_on "$root" .
done
check "the debian root is small" test "$(du -sm /srv/rootfs/debian | cut -f1)" -lt 100
check "a user namespace can mount proc and sysfs" user_namespace_mounts
check "a network namespace has a loopback that is up" has 'lo .*UP' ip -brief link
check "nftables work" nft list ruleset
check "the probe explains itself" has 'usage: probe' probe --help
check "the host's kernel settings are out of reach" host_is_out_of_reach
check "the scripts' siblings are here and the working directory is writable" siblings_are_here
if [[ $MACHINE_BACKEND == vm ]]; then
    check "cpu, io, memory and pids are controlled" controllers_are_here
fi
exit $bad
