#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# health.sh [COUNT [INTERVAL [SECONDS [MACHINE'S OPTION...]]]]: what health checks cost: COUNT containers (100) with a
# probe every INTERVAL seconds (5), watched for SECONDS (60). Prints the CPU time of one probe, of Caisson's programs
# without the command, and the companions' memory. Run by hand, as root; CAISSON_BUILD as for the machine.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
count=${1:-100} interval=${2:-5} seconds=${3:-60}
shift $(($# < 3 ? $# : 3))

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/health-cost" <<TEXT
#!/bin/bash
set -uo pipefail
count=$count interval=$interval seconds=$seconds
TEXT
cat >>"$work/health-cost" <<'TEXT'
mkdir -p /etc/caisson
cat >/etc/caisson/bench@.toml <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
command = ["/bin/probe", "sleep", "infinity"]
[container.health]
command = ["/bin/probe", "exit", "0"]
interval = "${interval}s"
X
systemctl daemon-reload
systemctl start $(seq -f 'bench@%g' "$count")

# Probes and CPU time, in usec: the services' cgroups have the companions and what they execute, the scopes' the
# guards, the commands and the payloads, which sleep.
sum() {
    cat /sys/fs/cgroup/caisson.slice/$1/cpu.stat | awk '$1 == "usage_usec" { sum += $2 } END { print sum }'
}
probes() {
    sed -n 's/^probes=//p' /run/caisson/health/* | awk '{ sum += $1 } END { print sum }'
}
sleep "$interval"
before=($(probes) $(sum 'bench@*.service') $(sum '*.scope'))
sleep "$seconds"
after=($(probes) $(sum 'bench@*.service') $(sum '*.scope'))
n=$((after[0] - before[0]))
awk -v n="$n" -v outside=$((after[1] - before[1])) -v inside=$((after[2] - before[2])) 'BEGIN {
    printf "probes: %d\ncpu of a probe: %.2f ms outside, %.2f ms inside, the command included\n", n,
        outside / n / 1000, inside / n / 1000 }'
for pid in $(pgrep caisson-compani); do
    awk '$1 == "Pss:" { print $2 }' "/proc/$pid/smaps_rollup"
done | awk '{ sum += $1 } END { printf "companions: %d, PSS of one %.0f KiB\n", NR, sum / NR }'
echo "lines in the journal of one: $(journalctl --sync; journalctl -u bench@1 -o cat --no-pager | grep -c .)"
systemctl stop 'bench@*'
TEXT
chmod +x "$work/health-cost"
"$here/../machine/machine" run --timeout $((seconds + 300)) "$@" "$work/health-cost"
