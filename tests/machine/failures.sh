#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A start that fails says in one line of the journal which step failed on what, and leaves nothing.
set -uo pipefail
. "$(dirname "$0")/expect.sh"

mkdir -p /srv/linked /srv/bare/{bin,dev,run} && ln -sfn /etc /srv/linked/proc
cp /usr/local/bin/probe /srv/bare/bin/

units=() lines=()
# one NAME ROOTFS REST LINE: the start fails with LINE, in both placements.
one() {
    local name=$1 rootfs=$2 rest=$3 line=$4 placement
    for placement in scope service; do
        define "$name-$placement.toml" <<X
[container]
rootfs = { $rootfs }
placement = "$placement"
restart = "no"
$rest
X
        units+=("$name-$placement") lines+=("$line")
    done
}

run='command = ["/bin/probe", "sleep", "infinity"]'
busybox='directory = "/srv/rootfs/busybox"'
one no-root 'directory = "/srv/missing"' "$run" 'mount overlay on /: lowerdir /srv/missing: No such file or directory'
one no-layer 'layers = ["/srv/rootfs/busybox", "/srv/gone"]' "$run" 'mount overlay on /: lowerdir /srv/gone: No such file or directory'
one no-command "$busybox" 'command = ["/bin/absent"]' 'execute /bin/absent: No such file or directory'
one not-in-path "$busybox" 'command = ["absent"]' 'execute absent: No such file or directory .searched in PATH of the container.'
one no-user "$busybox" "$run
user = \"nemo\"" "user nemo: not in the container's /etc/passwd"
one no-group "$busybox" "$run
groups = [\"nemo\"]" "group nemo: not in the container's /etc/group"
one no-directory "$busybox" "$run
working_directory = \"/absent\"" 'enter the working directory /absent: No such file or directory'
one no-variables "$busybox" "$run
environment_file = [\"/srv/absent\"]" 'environment_file: open /srv/absent: No such file or directory'
one no-source "$busybox" "$run
[[container.mount]]
source = \"/srv/absent\"
target = \"/data\"" 'mount on /data: source /srv/absent: No such file or directory'
one linked-proc 'directory = "/srv/linked"' "$run" 'mount on /proc: .*'
one bare-root 'directory = "/srv/bare", mode = "read-only"' "$run" 'mount on /proc: create directory /proc: Read-only file system'
reload
for index in "${!units[@]}"; do
    unit=${units[index]}
    check "$unit: the start fails" fails systemctl start "$unit"
    check "$unit: and says why" within 10 has "^$unit: ${lines[index]}\$" logs "$unit"
    systemctl reset-failed "$unit"
    check "$unit: nothing is left" within 5 leaves_nothing "$unit"
done
check "no /etc of the host was mounted over" test -e /etc/passwd
finish
