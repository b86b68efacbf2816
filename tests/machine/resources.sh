#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every limit of `resources` is the kernel's, in both placements. One that is changed is so after a reload, while the
# payload runs; what is set by hand lasts as long as the scope.
set -uo pipefail
. "$(dirname "$0")/expect.sh"
has_controller memory || { echo "skip: no controller here is of cgroup v2" && exit 77; }

# declare_one PLACEMENT MEMORY TASKS QUOTA
declare_one() {
    define "limited-$1.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$1"
command = ["/bin/probe", "sleep", "infinity"]
[container.resources]
memory_max = "$2"
memory_high = "48M"
memory_low = "8M"
memory_min = "4M"
memory_swap_max = 0
tasks_max = $3
cpu_quota = "$4"
cpu_weight = 50
cpus = "0"
memory_nodes = "0"
io_weight = 200
oom_score_adjust = 300
X
}
for placement in scope service; do
    declare_one "$placement" 64M 20 50%
done
reload

group() { echo "/sys/fs/cgroup/caisson.slice/limited-$1.$1"; }
kernel() { cat "$(group "$1")/$2"; }
is_now() { [[ $(kernel "$1" "$2") == "$3" ]]; }
mebi=$((1024 * 1024))
for placement in scope service; do
    name=limited-$placement
    systemctl start "$name"
    while read -r file value; do
        check "$placement: $file is $value" is "$(kernel "$placement" "$file")" "$value"
    done <<X
memory.max $((64 * mebi))
memory.high $((48 * mebi))
memory.low $((8 * mebi))
memory.min $((4 * mebi))
memory.swap.max 0
pids.max 20
cpu.max 50000 100000
cpu.weight 50
cpuset.cpus 0
cpuset.mems 0
X
    check "$placement: the weight of IO is 200" has '^default 200$' kernel "$placement" io.weight
    pid=$(property "$name" MainPID)
    check "$placement: the kernel's choice of whom to kill knows it" is "$(cat "/proc/$pid/oom_score_adj")" 300
    check "$placement: the payload is below these limits" has "caisson.slice/$name.$placement" cat "/proc/$pid/cgroup"

    declare_one "$placement" 96M 30 75%
    reload
    check "$placement: after a reload there is more memory" within 5 is_now "$placement" memory.max $((96 * mebi))
    check "$placement: and more tasks" is "$(kernel "$placement" pids.max)" 30
    check "$placement: and more of a CPU" is "$(kernel "$placement" cpu.max)" "75000 100000"
    check "$placement: while the payload runs on" is "$(property "$name" MainPID)" "$pid"

    check "$placement: a limit can be set by hand" systemctl set-property --runtime "$name.$placement" MemoryMax=128M
    check "$placement: and is the kernel's" within 5 is_now "$placement" memory.max $((128 * mebi))
    systemctl restart "$name"
    # systemd keeps what was set of a service until it is told otherwise; a scope is another one now.
    [[ $placement == scope ]] || systemctl revert "$name.$placement"
    check "$placement: it is forgotten" within 5 is_now "$placement" memory.max $((96 * mebi))
    systemctl stop "$name"
done
check "nothing is left" within 5 leaves_nothing limited-scope limited-service
finish
