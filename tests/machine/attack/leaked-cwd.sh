#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A directory of the host that was left open becomes the working directory. Stand-in for a runtime that leaks one: chroot(1)
# with a descriptor.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

echo secret >"$home/canary"
printf '%s\n' "$home/canary" >"$image/path"
attack <<'SH'
[[ $(cat "../../../../../../../..$(cat /path)" 2>/dev/null) != secret ]] || escaped "working directory $PWD"
for fd in /proc/self/fd/*; do
    [[ $(cat "$fd/../../../../../../..$(cat /path)" 2>/dev/null) != secret ]] || escaped "$fd"
    [[ ${fd##*/} -le 2 || ! -d $fd ]] || escaped "$fd is a directory"
done
SH
holds "no directory is left open"
for ((fd = 3; fd < 24; fd++)); do
    container "$name-$fd" scope "working_directory = \"/proc/self/fd/$fd\""
done
reload
attempt "$name"-{3..23}
for ((fd = 3; fd < 24; fd++)); do
    check "descriptor $fd is no working directory out" has_not '^ESCAPED' logs "$name-$fd"
done
leak() {
    unshare --mount --pid --fork --root=/srv/rootfs/debian --mount-proc \
        sh -c 'cd /proc/self/fd/7 && cat canary' 7<"$home"
}
check "a leaked one is seen to lead out" is "$(leak)" secret
finish
