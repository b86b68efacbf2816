#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The disk of the host is read. Weakened: it is granted, no user namespace.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

vm_only
disk=$(lsblk -ndo PATH | head -n1)
read -r major minor < <(stat -c '%Hr %Lr' "$disk")
mkdir -p "$image/nodes" && mknod -m 666 "$image/nodes/disk" b "$major" "$minor"
echo "b $major $minor" >"$image/node"
attack <<'SH'
# shellcheck disable=SC2046  # three words
mknod /run/disk $(cat /node) 2>/dev/null
for node in /nodes/disk /run/disk /dev/disk; do
    [[ $(dd if="$node" bs=512 count=1 2>/dev/null | wc -c) != 512 ]] || escaped "$node"
done
SH
weakened <<TOML
user_namespace.mode = "host"
device = [{ path = "$disk", target = "/dev/disk", permissions = "r" }]
TOML
holds "no disk can be read"
detects
finish
