#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# All memory of the host, as files and as contents of the file systems that every container has in memory. Weakened: a larger
# /dev/shm.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

attack <<'SH'
for ((i = 0; i < 3000; i++)); do
    { : >"/dev/full-of-$i"; } 2>/dev/null || break
done
((i < 1100)) || escaped "$i files in /dev"
size=$(dd if=/dev/zero of=/dev/shm/large bs=1M count=80 2>/dev/null; stat -c %s /dev/shm/large)
((size <= 64 << 20)) || escaped "$size bytes in /dev/shm"
rm /dev/shm/large
SH
weakened <<'TOML'
mount = [{ type = "tmpfs", target = "/dev/shm", size = "96M", mode = "1777" }]
TOML
holds "what is in memory is limited"
detects
finish
