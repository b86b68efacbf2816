#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The image brings links to files of the host, by their path, where the runtime makes devices. Weakened: the host's file is
# mounted there, so that the canary is seen to change.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

echo unharmed >"$home/canary"
canary() { is "$(cat "$home/canary")" unharmed; }
mkdir -p "$image/dev"
for link in console ptmx tty null shm mqueue fd; do
    ln -s "../../../../../../../../$home/canary" "$image/dev/$link"
done
ln -s "$home" "$image/dev/pts"
attack <<'SH'
for node in console ptmx tty null pts/0 pts/canary shm/canary mqueue/canary fd/1; do
    (echo harmed >"/dev/$node") 2>/dev/null
done
for link in /dev/*; do
    [[ $(readlink "$link") != *canary* ]] || escaped "$link"
done
exit 0
SH
holds "links in the image's /dev lead nowhere"
check "a device of the host that is none of the container's stays away" fails grep -q pts/canary <(find "$home")
container "$name-weakened" scope "mount = [{ source = \"$home/canary\", target = \"/dev/canary\" }]"
sed -i 's,for node in ,&canary ,' "$image/attack"
reload
attempt "$name-weakened"
check "a write to the canary is seen" fails canary
finish
