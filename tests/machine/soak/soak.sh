#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Ships: tests/machine/expect.sh
# Many containers at once, restarted over and over, while payloads, runtimes and companions are killed, disks fill up,
# systemd reloads, and journald and D-Bus go and come back. In the end all run, all can be stopped, and nothing is left.
# COUNT containers, ROUNDS restarts of each; SEED repeats the choice of victims.
set -uo pipefail
. "$(dirname "$0")/../expect.sh"
. "$(dirname "$0")/faults.sh"
[[ ${MACHINE_BACKEND:-} == vm ]] && few=100
count=${COUNT:-${few:-500}} rounds=${ROUNDS:-10}
RANDOM=${SEED:-$$}
names=()
for ((i = 1; i <= count; i++)); do
    printf -v name 'soak%03d' "$i"
    names+=("$name")
    ((i % 2)) && placement=scope || placement=service
    define "$name.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
restart = "always"
restart_delay = "200ms"
start_limit = { interval = 0 }
stop_timeout = "20s"
autostart = false
command = ["/bin/probe", "sleep", "infinity"]
X
    # The same without a container.
    cat >"/run/systemd/system/plain$name.service" <<X
[Service]
ExecStart=/usr/local/bin/probe sleep infinity
X
done
# Small, so that they can be filled.
mount -t tmpfs -o size=256M,mode=0755 soak /var/lib/caisson
mount -o remount,size=256M /run
reload

# Milliseconds.
now() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }
elapsed() { echo "$(($(now) - $1)) ms"; }
plain() { printf 'plain%s ' "${names[@]}"; }
memory_of_systemd() { awk '/^Pss:/ { print $2 }' /proc/1/smaps_rollup; }
descriptors_of_systemd() { find /proc/1/fd -mindepth 1 | wc -l; }
active() { systemctl is-active "${names[@]}" | grep -c '^active$'; }
all_active() { (($(active) == count)); }
none_active() { (($(systemctl is-active "${names[@]}" | grep -cvE '^(inactive|failed)$') == 0)); }
restarts() { systemctl show --value -p NRestarts "${names[@]}" | awk '{ sum += $1 } END { print sum }'; }
scopes() { systemctl list-units --all --plain --no-legend 'soak*.scope' | wc -l; }
cgroups() { find /sys/fs/cgroup -type d -name 'soak*' | wc -l; }
mounts() { grep -c caisson /proc/self/mountinfo; }

# One round, to have what systemd keeps in any case.
began=$(now)
# shellcheck disable=SC2046
systemctl start $(plain)
plain_start=$(elapsed "$began") began=$(now)
# shellcheck disable=SC2046
systemctl stop $(plain)
plain_stop=$(elapsed "$began")
rm /run/systemd/system/plainsoak*.service
reload
began=$(now)
systemctl start "${names[@]}"
start=$(elapsed "$began")
check "$count containers start in one transaction" all_active
began=$(now)
systemctl stop "${names[@]}"
stop=$(elapsed "$began")
check "and stop in one" within 30 none_active
memory=$(memory_of_systemd) descriptors=$(descriptors_of_systemd) mounted=$(mounts)

systemctl start "${names[@]}"
# systemd forgets how often it restarted what is started anew: it is asked round by round.
automatic=0 failed_jobs=0
for ((round = 1; round <= rounds; round++)); do
    begin_faults "${names[@]}"
    mapfile -t order < <(shuf -e "${names[@]}")
    for ((i = 0; i < count; i += 50)); do
        systemctl restart "${order[@]:i:50}" 2>/dev/null || failed_jobs=$((failed_jobs + 1))
    done
    end_faults
    # Only restarts that were missed are not over by then.
    check "round $round: all run again" within 60 all_active
    automatic=$((automatic + $(restarts)))
done
starts=$((count * (2 + rounds) + automatic))
began=$(now)
systemctl stop "${names[@]}"
last_stop=$(elapsed "$began")
check "all stop" within 60 none_active
systemctl reset-failed
check "no scope is left" within 10 is "$(scopes)" 0
check "no cgroup is left" is "$(cgroups)" 0
check "no mount is left" is "$(mounts)" "$mounted"
check "nothing of any container is left" within 10 leaves_nothing "${names[@]}"
check "no process is left" is "$(pgrep -c '^probe$')" 0
check "systemd has no more descriptors" test "$(descriptors_of_systemd)" -le $((descriptors + 3))
grown=$(($(memory_of_systemd) - memory))
check "systemd's memory has not grown" test "$grown" -le $((2048 + memory / 10))
check "enough was done" test "$starts" -ge $((count * (1 + rounds)))
report_faults
echo "starts: $starts, of which systemd's own: $automatic; restart jobs that met a fault: $failed_jobs"
echo "$count at once: start $start, stop $stop, stop at the end $last_stop; plain services: start $plain_start, stop $plain_stop"
echo "memory of systemd: $memory KiB, grown by $grown"
finish
