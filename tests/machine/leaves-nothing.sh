#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# leaves-nothing.sh [MACHINE'S OPTIONS]: runs on the host and proves that a run of the machine leaves nothing behind there,
# however it ends. It has a view of its own of the cache and a mark in the environment, so that other runs do not matter.
set -uo pipefail

here=$(dirname "$(readlink -f "$0")")
machine=$here/machine
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shared=${CAISSON_MACHINE_CACHE:-/var/cache/caisson-machine}
export MACHINE_MARK=$work
bad=0

own_cache() {
    export CAISSON_MACHINE_CACHE=$work/cache
    mkdir -p "$work/cache"
    ln -s "$shared"/{root,containers,probe,qemu,kernel,image,template}-* "$work/cache/" 2>/dev/null
}

script() {
    printf '#!/bin/sh\n%s\n' "$2" >"$work/$1"
    chmod +x "$work/$1"
}

# A cgroup has the name of its run, whose directory is either ours, the shared cache's or nowhere.
own_cgroups() {
    local group
    find "$1" -type d -name 'caisson-machine.*' | while read -r group; do
        [[ -d $shared/runs/run.${group##*.} ]] || echo "$group"
    done
}

own_processes() {
    local process
    grep -lsazF "MACHINE_MARK=$work" /proc/[0-9]*/environ | while read -r process; do
        process=${process%/environ}
        [[ ${process#/proc/} == "$$" ]] || { tr '\0' ' ' <"$process/cmdline"; } 2>/dev/null | grep -E 'qemu|unshare|python|machine run'
    done
}

# Everything that a run makes on the host.
traces() {
    local group
    group=$(findmnt --noheadings --first-only --types cgroup2 --output TARGET)
    echo "mounts:" && cut -d' ' -f5,9- /proc/self/mountinfo | sort
    echo "interfaces:" && ls /sys/class/net
    echo "control groups:" && own_cgroups "$group"
    cat "$group/cgroup.subtree_control"
    echo "processes:" && own_processes
    echo "files:" && ls -A "$work"/cache/{runs,log}
    echo "settings:" && sysctl -a 2>/dev/null | grep -E '^(kernel\.(panic|printk|core_pattern|sysrq|hostname)|vm\.|fs\.(inotify|protected))'
}

# expect STATUS WHAT: compares what is there now with what was there at first.
expect() {
    local status=$?
    if ((status != $1)); then
        echo "not ok - $2: status $status instead of $1"
        bad=1
    elif ! traces | diff "$work/before" -; then
        echo "not ok - $2: leaves traces"
        bad=1
    else
        echo "ok - $2"
    fi
}

# killed_by SIGNAL SECONDS: what a run ends with that is signalled after some time.
killed_by() {
    local pid
    "$machine" run "${options[@]}" "$work/hang" >/dev/null 2>&1 &
    pid=$!
    sleep "$2"
    kill "-$1" "$pid"
    wait "$pid"
}

options=(--build none "$@")
script pass 'true'
script fail 'exit 3'
script skip 'echo "nothing to do"; exit 77'
script hang 'sleep infinity & setsid sleep infinity & ip link add dummy7 type veth; mount -t tmpfs t /mnt; sleep infinity'
script dies 'systemctl --force --force poweroff; sleep infinity'
"$machine" build "$@" || exit
own_cache

# The first run may still put the payload into the cache.
"$machine" run "${options[@]}" "$work/pass" 2>/dev/null
traces >"$work/before"
"$machine" run "${options[@]}" "$work/pass" "$work/skip" 2>/dev/null >&2
expect 0 "a script that passes"
"$machine" run "${options[@]}" "$work/skip" 2>/dev/null >&2
expect 77 "a script that is skipped"
"$machine" run "${options[@]}" "$work/fail" "$work/pass" 2>/dev/null >&2
expect 3 "a script that fails"
"$machine" run --timeout 2 "${options[@]}" "$work/hang" "$work/pass" 2>/dev/null >&2
expect 124 "a script that hangs"
"$machine" run "${options[@]}" "$work/dies" 2>/dev/null >&2
expect 254 "a machine that ends by itself"
"$machine" run "${options[@]}" "$work/missing" 2>/dev/null >&2
expect 254 "a script that does not exist"
for seconds in 0.2 0.7 4; do
    killed_by TERM "$seconds"
    expect 143 "SIGTERM after $seconds s"
done
killed_by HUP 3
expect 129 "SIGHUP"
killed_by KILL 3
sleep 2
(exit 137)
expect 137 "SIGKILL"
exit $bad
