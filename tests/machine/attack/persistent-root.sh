#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A persistent root in which the container has replaced mount targets, their parents and files of /etc by links to the host,
# which the next start resolves. Stand-in for a runtime that resolves by path: mkdir -p on the host.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

mkdir -p "$home/victim" "$home/source" && echo secret >"$home/victim/canary"
canary() { is "$(find "$home/victim" -printf '%p %U %m\n' | sort | md5sum)" "$before"; }
before=$(find "$home/victim" -printf '%p %U %m\n' | sort | md5sum)
printf '%s\n' "$home/victim" >"$image/path"
attack <<'SH'
victim=$(cat /path)
for link in /data /etc/hosts /etc/resolv.conf /etc/passwd /etc/group /mnt /root /sbin-link; do
    [[ $(cat "$link/canary" 2>/dev/null) != secret ]] || escaped "$link"
    rm -rf "$link"
    ln -s "../../../../../../../..$victim" "$link"
done
mkdir -p "/etc/caisson" && ln -sfn "$victim" /var/lib
exit 0
SH
persistent() {
    container "$name-$1" "$1" "$2"
    sed -i 's,^rootfs = { ,&mode = "persistent"\, ,' "/etc/caisson/$name-$1.toml"
}
for placement in scope service; do
    persistent "$placement" ''
done
reload
for placement in scope service; do
    attempt "$name-$placement"
    check "$placement: the links are there" test -L "/var/lib/caisson/containers/$name-$placement/persistent/upper/data"
    persistent "$placement" "network.mode = \"host\"
mount = [{ source = \"$home/source\", target = \"/data/made\" }, { type = \"tmpfs\", target = \"/mnt/made\" }]"
done
reload
for placement in scope service; do
    attempt "$name-$placement"
    check "$placement: the next start shows nothing of the host" has_not '^ESCAPED' logs "$name-$placement"
    unharmed "$placement"
done
mkdir -p "$home/naive" && ln -s "$home/victim" "$home/naive/data" && mkdir -p "$home/naive/data/made"
check "a directory made through the link is seen" fails canary
finish
