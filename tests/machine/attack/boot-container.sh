#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A hostile init system: `boot = true` gives it CAP_SYS_ADMIN, new privileges, and control groups of its own to write. It takes
# away the masks, mounts anew, makes nodes, leaves its control group, raises its limits, and does it again when root of the
# host comes in by `caissonctl exec`. Stand-in for a boot without the user namespace, which is refused: the same without `boot`,
# with its capabilities.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

settings=(/proc/sys/kernel/core_pattern /proc/sys/kernel/sysrq /sys/kernel/uevent_helper /sys/kernel/mm/ksm/sleep_millisecs)
host() { cat "${settings[@]}" 2>/dev/null; hostname; }
# The limits of the unit, whose control group is the root of what is seen inside.
limits_hold() {
    local group
    for group in "/sys/fs/cgroup/caisson.slice/$name-"{scope.scope,service.service}; do
        [[ ! -e $group/pids.max ]] || is "$(cat "$group/pids.max")" 100 || return
        [[ ! -e $group/memory.max ]] || is "$(cat "$group/memory.max")" 268435456 || return
    done
}
canary() { is "$(host)" "$before" && fails test -e /sys/fs/cgroup/attack-escape && limits_hold; }
echo secret >"$home/canary"
printf '%s\n' "$home/canary" >"$image/path"
probe handle "$home/canary" >"$image/handle"
setting="mount = [{ source = \"$home/volume\", target = \"/volume\" }]"
[[ -e /dev/fuse ]] || mknod /dev/fuse c 10 229
before=$(host)
attack <<'SH'
path=$(cat /path)
# All masks and read-only paths go. What was below must still be closed.
for place in $(while read -r _ _ _ _ place _; do echo "$place"; done </proc/self/mountinfo); do
    case $place in
    /proc/* | /sys/firmware | /sys/devices/*) umount "$place" 2>/dev/null && echo "unmasked $place" ;;
    esac
done
for place in / /proc /proc/sys /sys /sys/fs/cgroup; do
    mount -o remount,bind,rw "$place" 2>/dev/null && echo "writable mount $place"
done
mkdir -p /scratch/{proc,sys,cgroup,old,debug,dev}
mount -t proc proc /scratch/proc 2>/dev/null && echo "another procfs"
mount -t sysfs sysfs /scratch/sys 2>/dev/null && echo "another sysfs"
mount -t cgroup2 cgroup2 /scratch/cgroup 2>/dev/null && echo "another cgroup2"
mount -t cgroup -o none,name=attack cgroup /scratch/old 2>/dev/null && escaped "an old hierarchy"
mount -t debugfs debugfs /scratch/debug 2>/dev/null && escaped debugfs
mount -t tracefs tracefs /scratch/debug 2>/dev/null && escaped tracefs
mount -t devtmpfs dev /scratch/dev 2>/dev/null && escaped devtmpfs
for top in /proc /scratch/proc; do
    for file in sys/kernel/core_pattern sys/kernel/modprobe sys/kernel/sysrq sys/vm/drop_caches sysrq-trigger \
        sys/fs/binfmt_misc/register irq/default_smp_affinity sys/kernel/randomize_va_space; do
        # To open it is enough, and harms nothing where it works.
        [[ ! -e $top/$file ]] || { (: >>"$top/$file") 2>/dev/null && escaped "$top/$file"; }
    done
    for file in kcore keys timer_list; do
        [[ $file == keys || ! -e $top/$file || -c $top/$file ]] || { (: <"$top/$file") 2>/dev/null && escaped "$top/$file"; }
    done
done
for top in /sys /scratch/sys; do
    for file in kernel/uevent_helper kernel/mm/ksm/sleep_millisecs kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs; do
        value=$(cat "$top/$file" 2>/dev/null) || continue
        (printf '%s\n' "$value" >"$top/$file") 2>/dev/null && escaped "$top/$file"
    done
    (: <"$top/firmware/acpi/tables/DSDT") 2>/dev/null && escaped "$top/firmware"
done
for root in /proc/[0-9]*/root /proc/[0-9]*/cwd /proc/[0-9]*/fd/* /scratch/proc/[0-9]*/root; do
    [[ $(cat "$root$path" "$root/../../../../../..$path" 2>/dev/null) != *secret* ]] || { escaped "$root" && break; }
done
read -r type bytes </handle
for directory in /volume /; do
    [[ $(probe open-handle "$directory" "$type" "$bytes" 2>/dev/null) != secret ]] || escaped "the handle by $directory"
done
# Another mount namespace, or the host's.
for pid in /proc/[0-9]*; do
    [[ $(nsenter --target "${pid#/proc/}" --all -- cat "$path" 2>/dev/null) != secret ]] || { escaped "setns $pid" && break; }
done
for directory in / /dev /dev/shm /run /scratch; do
    mount -o remount,bind,dev,suid "$directory" 2>/dev/null
    for node in "c 10 229" "c 1 11" "c 1 1" "b 7 0" "b 254 0"; do
        # shellcheck disable=SC2086  # three words
        mknod "$directory/node" $node 2>/dev/null || continue
        (: <"$directory/node") 2>/dev/null && escaped "$directory $node"
        rm "$directory/node"
    done
done
# Its own control group is there to be written; of the root of the tree, which is the unit's, only what is delegated.
for top in /sys/fs/cgroup /scratch/cgroup; do
    [[ -e $top/cgroup.procs ]] || continue
    mkdir -p "$top/mine" 2>/dev/null && (echo $$ >"$top/mine/cgroup.procs") 2>/dev/null && echo "delegated $top"
    for limit in memory.max memory.high memory.swap.max pids.max cpu.max io.max cpu.weight cgroup.max.depth memory.oom.group; do
        (echo max >"$top/$limit") 2>/dev/null && escaped "$top/$limit"
    done
    for up in "$top/.." "$top/../.."; do
        [[ $up -ef $top ]] && continue
        [[ -e $up/cgroup.procs ]] || continue
        (echo $$ >"$up/cgroup.procs") 2>/dev/null && [[ $(</proc/self/cgroup) == *..* ]] && escaped "$up/cgroup.procs"
        mkdir "$up/attack-escape" 2>/dev/null && [[ -e $up/attack-escape/cgroup.procs ]] && escaped "$up/attack-escape"
    done
done
[[ $(</proc/self/cgroup) != *..* ]] || escaped "outside of its control group: $(</proc/self/cgroup)"
for call in delete_module init_module finit_module kexec_load swapon acct settimeofday clock_settime "syslog 8 0 99"; do
    # shellcheck disable=SC2086  # arguments
    result=$(probe syscall $call)
    [[ $result == *" EPERM" || $result == *" ENOSYS" ]] || escaped "$result"
done
exit 0
SH
# The init stays, so that it can be entered; what comes in runs the same.
{
    sed '$d' "$image/attack"
    # shellcheck disable=SC2016  # the container's
    echo '((${1:-0})) || { : >/attacked; echo ATTACKED; sleep infinity & wait; }'
    echo 'exit 0'
} >"$image/init"
chmod 755 "$image/init"
command='"/init"'
limits='resources = { tasks_max = 100, memory_max = "256M" }'
for placement in scope service; do
    container "$name-$placement" "$placement" 'boot = true' "$limits" "$setting"
done
command='"/attack"'
weakened <<'TOML'
user_namespace.mode = "host"
security.no_new_privileges = false
security.capabilities.add = ["SYS_ADMIN", "MKNOD", "SYS_PTRACE", "DAC_READ_SEARCH"]
namespaces.pid = "host"
device = [{ path = "/dev/fuse" }]
TOML
reload
for placement in scope service; do
    box=$name-$placement
    check "$box: starts" systemctl start "$box"
    within 60 has ATTACKED logs "$box"
    check "$box: the init has tried, and got nothing" has_not '^ESCAPED' logs "$box"
    check "$box: it could take masks away" has '^unmasked /proc/' logs "$box"
    check "$box: it has control groups of its own" has '^delegated /sys/fs/cgroup' logs "$box"
    unharmed "$box"
    caissonctl exec "$box" -- /init 1 >"$home/exec" 2>&1
    check "$box: who comes in by exec has tried" has '^ENDED' cat "$home/exec"
    check "$box: and got nothing" has_not '^ESCAPED' cat "$home/exec"
    unharmed "$box: exec"
    systemctl kill --signal KILL --kill-who=main "$box"
    within 30 has_ended "$box"
done
detects
for what in /proc/sys/kernel/core_pattern '/dev c 10 229' 'setns /proc' 'the handle'; do
    check "$what is seen to be had where settings let it" has "^ESCAPED .*$what" logs "$name-weakened"
done
finish
