#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Links in a volume and in the image, to files of the host by their path, where the runtime resolves targets. Stand-in for a
# runtime that resolves by path: mkdir -p on the host.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

mkdir -p "$home/volume" "$home/victim" "$home/source" && echo secret >"$home/victim/canary"
canary() { is "$(find "$home/victim" | sort | tr '\n' ' ')" "$home/victim $home/victim/canary "; }
ln -s "$home/victim" "$home/volume/absolute"
ln -s "../../../../../../..$home/victim" "$home/volume/relative"
ln -s "$home/victim" "$image/data"
ln -s /proc/1/root "$image/magic"
setting="mount = [{ source = \"$home/volume\", target = \"/volume\" },
    { source = \"$home/source\", target = \"/volume/absolute/made\" },
    { type = \"tmpfs\", target = \"/volume/relative/made-too\" },
    { source = \"$home/source\", target = \"/data/made\" },
    { type = \"tmpfs\", target = \"/magic/made\" }]"
attack <<'SH'
for path in /volume/absolute /volume/relative /data /magic; do
    [[ $(cat "$path/canary" 2>/dev/null) != secret ]] || escaped "$path"
done
SH
for placement in scope service; do
    container "$name-$placement" "$placement" "$setting"
done
reload
for placement in scope service; do
    attempt "$name-$placement"
    check "$placement: links in volumes show nothing of the host" has_not '^ESCAPED' logs "$name-$placement"
    unharmed "$placement"
done
setting=''
weakened <<TOML
mount = [{ source = "$home/victim", target = "$home/victim" }]
TOML
holds "links in the image show nothing of the host"
detects
mkdir -p "$home/volume/absolute/made"
check "a directory made through the link is seen" fails canary
finish
