#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Device nodes that come with the image: kernel log, memory, disks, FUSE. Weakened: the same node in a directory that is
# mounted with `dev`, no user namespace, the device granted.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

mkdir -p "$image/nodes" "$home/volume"
mknod "$image/nodes/kmsg" c 1 11
mknod "$image/nodes/mem" c 1 1
mknod "$image/nodes/fuse" c 10 229
mknod "$image/nodes/loop" b 7 0
mknod "$home/volume/fuse" c 10 229
[[ -e /dev/fuse ]] || mknod /dev/fuse c 10 229
setting="mount = [{ source = \"$home/volume\", target = \"/volume\", options = [\"dev\"] }]"
attack <<'SH'
for node in /nodes/* /volume/*; do
    [[ -c $node || -b $node ]] && (: <"$node") 2>/dev/null && escaped "$node"
done
exit 0
SH
weakened <<'TOML'
user_namespace.mode = "host"
device = [{ path = "/dev/fuse" }]
TOML
holds "device nodes of layers and volumes open nothing"
detects
finish
