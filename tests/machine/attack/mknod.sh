#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A device of the host, through a node that the container makes: in its root, on a tmpfs, in a volume. Weakened: no user
# namespace, CAP_MKNOD, the device granted, a mount with `dev`.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

mkdir -p "$home/volume"
setting="mount = [{ source = \"$home/volume\", target = \"/volume\", options = [\"dev\"] }, { type = \"tmpfs\", target = \"/scratch\" }]"
[[ -e /dev/fuse ]] || mknod /dev/fuse c 10 229
canary() { is "$(find "$home/volume" -type c -o -type b)" ''; }
attack <<'SH'
for directory in / /scratch /dev /dev/shm /run /volume; do
    for node in "c 10 229" "c 1 11" "c 1 1" "b 7 0"; do
        # shellcheck disable=SC2086  # three words
        mknod "$directory/node" $node 2>/dev/null || continue
        (: <"$directory/node") 2>/dev/null && escaped "$directory $node"
        rm "$directory/node"
    done
done
exit 0
SH
weakened <<'TOML'
user_namespace.mode = "host"
security.capabilities.add = ["MKNOD"]
device = [{ path = "/dev/fuse" }]
TOML
holds "no device can be reached by making a node"
detects
finish
