#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A volume in which a running container exchanges a directory with a link to the host, again and again, while others are
# started that mount on it. Stand-in for a runtime that resolves by path: mkdir -p on the host.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

mkdir -p "$home/volume/where" "$home/victim"
ln -s "../../../../../../../..$home/victim" "$home/volume/link"
canary() { is "$(ls -A "$home/victim")" ''; }
volume="{ source = \"$home/volume\", target = \"/volume\" }"
attack <<'SH'
exec probe exchange /volume/where /volume/link 500
SH
container "$name-racer" scope "mount = [$volume]"
command='"/bin/probe", "mounts"' container "$name-target" scope "mount = [$volume, { type = \"tmpfs\", target = \"/volume/where/made/deep\" }]"
reload
mounts=$(cut -d' ' -f3- /proc/self/mountinfo)
systemctl start "$name-racer"
starts=0
while ! has_ended "$name-racer" && ((starts < 20)); do
    attempt "$name-target" >/dev/null
    systemctl reset-failed "$name-target" 2>/dev/null
    starts=$((starts + 1))
    canary || break
done
check "there were 20 starts in the race" is "$starts" 20
# What is left of the two names is one.
mv "$home/volume/link" "$home/volume/gone"
within 30 has_ended "$name-racer"
check "there was a race" has 'exchanged [0-9]{3,}' logs "$name-racer"
check "no start made anything on the host" canary
check "nor a mount" is "$(cut -d' ' -f3- /proc/self/mountinfo)" "$mounts"
rm -rf "$home"/volume/* && ln -s "$home/victim" "$home/volume/where" && mkdir -p "$home/volume/where/made/deep"
check "a directory made through the link is seen" fails canary
finish
