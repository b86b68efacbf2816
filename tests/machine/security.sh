#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What `caissonctl show NAME --security` says is what the kernel says inside.
set -uo pipefail
. "$(dirname "$0")/expect.sh"

command='["/bin/probe", "caps", "--", "namespaces", "--", "limits", "--", "mounts", "--", "cat", "/proc/self/uid_map", "--", "sleep", "infinity"]'
define default.toml <<X
[container]
rootfs = { directory = "/srv/rootfs/debian" }
command = $command
X
define other.toml <<X
[container]
rootfs = { directory = "/srv/rootfs/debian", mode = "read-only" }
placement = "service"
user = "1000"
command = $command
limits.nofile = "64:128"
user_namespace.mode = "host"
namespaces.uts = "host"
security.no_new_privileges = false
security.seccomp = "unconfined"
security.capabilities = { add = ["NET_RAW"], drop = ["CHOWN"] }
security.unmask = ["/proc/interrupts", "/proc/sys"]
X
# Names all capabilities.
define full.toml <<X
[container]
rootfs = { directory = "/srv/rootfs/debian" }
command = ["/bin/true"]
autostart = false
security.capabilities.add = ["ALL"]
X
reload
systemctl start default other

json() { caissonctl show --json "$1" --security | jq -r "$2"; }
inside() { logs "$1" | awk -v key="$2" '$1 == key { print $2; exit }'; }
readarray -t all < <(json full '.asked.capabilities[]')
# mask NAME SET: the set as the kernel writes it.
mask() {
    local capability bit bits=0
    for capability in $(json "$1" ".in_force.capabilities.$2[]"); do
        for ((bit = 0; bit < ${#all[@]}; bit++)); do
            [[ ${all[bit]} != "$capability" ]] || bits=$((bits | 1 << bit))
        done
    done
    printf '%016x\n' "$bits"
}

for name in default other; do
    within 10 has '^ *0 ' logs "$name"
    for set in bounding:CapBnd permitted:CapPrm effective:CapEff inheritable:CapInh ambient:CapAmb; do
        check "$name: the ${set%:*} set" is "$(mask "$name" "${set%:*}")" "$(inside "$name" "${set#*:}")"
    done
    check "$name: no new privileges" is "$(json "$name" '.in_force.no_new_privileges')" \
        "$([[ $(inside "$name" NoNewPrivs) == 1 ]] && echo true || echo false)"
    check "$name: filters" is "$(json "$name" '.in_force.seccomp_filters')" "$(inside "$name" Seccomp_filters)"
    for space in user:user mount:mnt pid:pid network:net uts:uts ipc:ipc cgroup:cgroup time:time; do
        check "$name: the ${space%:*} namespace" is "$(json "$name" ".in_force.namespaces.${space%:*}.id")" \
            "$(inside "$name" "${space#*:}")"
    done
    # Inside, the map is of the reader's namespace to itself: the count is what both can see.
    check "$name: the number of ids" is "$(json "$name" '.in_force.uids[].count')" \
        "$(logs "$name" | awk 'NF == 3 && $1 == 0 { print $3 }')"
    check "$name: the limit of open files" is "$(json "$name" '.in_force.limits.RLIMIT_NOFILE | "\(.soft) \(.hard)"')" \
        "$(logs "$name" | awk '$1 == "nofile" { print $2, $3 }')"
    check "$name: the masks" is "$(json "$name" '.in_force.masked_paths[]' | sort)" \
        "$(logs "$name" | awk '$5 ~ "^/(proc|sys)/" && / - (tmpfs|devtmpfs) / { print $5 }' | sort)"
done
check "the ids are the recorded ones" is "$(json default '.in_force.uids[].outside')" \
    "$(stat -c %u "/proc/$(property default MainPID)")"
check "a user namespace is the container's" is "$(json default '.in_force.namespaces.user.own')" true
check "asked and in force: the bounding set" is \
    "$(json default '(.asked.capabilities | sort) == (.in_force.capabilities.bounding | sort)')" true
check "its root is writable" has '^/$' json default '.in_force.writable_mounts[]'
check "one that is given up is the host's" is \
    "$(json other '.in_force.namespaces.user.own, .in_force.namespaces.uts.own' | tr '\n' ' ')" "false false "
check "a read-only root is none of the writable mounts" has_not '^/$' json other '.in_force.writable_mounts[]'
check "what is unmasked is not masked" has_not interrupts json other '.in_force.masked_paths[]'
check "nor read-only" has_not '^/proc/sys$' json other '.in_force.read_only_paths[]'
check "a person sees it, too" has 'user namespace +auto +its own, 65536 ids from [0-9]+' caissonctl show default --security
check "in one screen" test "$(caissonctl show default --security | wc -l)" -le 50
caissonctl show default --security
systemctl stop default other
check "what does not run has nothing in force" is "$(json default '.in_force')" null
finish
