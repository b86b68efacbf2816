#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A file of the host, opened by its handle through a mount of the same file system: handles know no root. The attacker is
# told the handle, which it would have to guess. Weakened: no user namespace, CAP_DAC_READ_SEARCH.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

mkdir -p "$home/volume" && echo secret >"$home/canary"
setting="mount = [{ source = \"$home/volume\", target = \"/volume\" }]"
probe handle "$home/canary" >"$image/handle"
attack <<'SH'
read -r type bytes </handle
for directory in /volume / /dev/shm; do
    [[ $(probe open-handle "$directory" "$type" "$bytes" 2>/dev/null) != secret ]] || escaped "$directory"
done
SH
weakened <<'TOML'
user_namespace.mode = "host"
security.capabilities.add = ["DAC_READ_SEARCH"]
TOML
holds "no file can be opened by its handle"
detects
finish
