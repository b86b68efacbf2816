#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# /proc, /sys and /dev of the image are links or files, so that what the runtime writes below goes somewhere else. Stand-in
# for a runtime without the check: the host writes by the path.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

mkdir -p "$home/victim/sys/kernel" "$home/victim/self/attr"
victim() { find "$home/victim" -type f -exec cat {} + | md5sum; find "$home/victim" | sort; }
before=$(victim)
canary() { is "$(victim)" "$before"; }
attack <<<'exit 0'
for kind in link relative file; do
    for top in proc sys dev; do
        fake="$home/$kind-$top"
        cp -a "$image" "$fake"
        case $kind in
        link) ln -s "$home/victim" "$fake/$top" ;;
        relative) ln -s "../../..$home/victim" "$fake/$top" ;;
        file) : >"$fake/$top" ;;
        esac
        root="\"$fake\", \"/srv/rootfs/debian\"" container "$name-$kind-$top" scope
    done
done
# Real directories in the target, inside, would let a runtime that follows go on.
reload
attempt "$name"-{link,relative,file}-{proc,sys,dev}
for kind in link relative file; do
    for top in proc sys dev; do
        check "/$top as a $kind: no start" refused "$name-$kind-$top"
        check "/$top as a $kind: nothing ran" has_not '^ENDED' logs "$name-$kind-$top"
        check "/$top as a $kind: the host is unharmed" canary
    done
done
holds "real directories start"
echo harmed >"$home/link-proc/proc/self/attr/exec"
check "a write through the link is seen" fails canary
finish
