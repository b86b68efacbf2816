#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The image replaces /dev/null, which masks files, by a link to a file of the kernel, a fifo, or nothing. Weakened: `unmask`.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

attack <<'SH'
for path in /proc/interrupts /proc/keys /proc/kcore /proc/timer_list /proc/acpi /proc/scsi /sys/firmware \
    /proc/sched_debug /proc/latency_stats /proc/timer_stats /proc/asound /sys/devices/virtual/powercap; do
    [[ -e $path ]] || continue
    if [[ -d $path ]]; then
        [[ -z $(ls -A "$path" 2>/dev/null) ]] || escaped "$path has entries"
    else
        [[ $(stat -c %t:%T "$path") == 1:3 ]] || escaped "$path is no null device"
        [[ -z $(head -c 64 "$path" 2>/dev/null | tr -d '\0') ]] || escaped "$path says something"
    fi
    umount "$path" 2>/dev/null && escaped "$path unmounted"
done
(echo x >/proc/sys/kernel/core_pattern) 2>/dev/null && escaped core_pattern
exit 0
SH
mkdir -p "$image/dev"
ln -sfn /proc/sys/kernel/core_pattern "$image/dev/null"
holds "a link in the place of /dev/null masks as well"
rm "$image/dev/null" && mkfifo "$image/dev/null"
holds "a fifo in its place, too"
rm "$image/dev/null" && ln -s /dev/null "$image/dev/zero"
holds "nothing in its place, too"
weakened <<'TOML'
security.unmask = ["/proc/interrupts", "/proc/keys"]
TOML
reload
detects
finish
