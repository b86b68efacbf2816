# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# What the attacks share: sourced, never run. An attack is a shell script in the top layer of a container's root, so that
# the image is the attacker's, too. It says `escaped` for each thing that it got. An attack script calls, in this order:
#
#   attack <<'SH'      what runs inside, as root
#   canary() { ... }   is the host unharmed?
#   holds SENTENCE     with default settings, in both placements, the attack ran and got nothing
#   detects <<TOML     with these settings it gets something, so that the test is known to see it
. "$(dirname "${BASH_SOURCE[0]}")/../expect.sh"

name=$(basename "$0" .sh)
home=/srv/attack/$name
image=$home/image
# Keys that the attack needs besides; the image; what is started.
setting='' root="\"$image\", \"/srv/rootfs/debian\"" command='"/attack"'
mkdir -p "$image" && cp "$(command -v busybox)" "$image/busybox"

vm_only() {
    [[ $MACHINE_BACKEND == vm ]] || { echo "skip: would harm the host, if it got through; runs in the vm only" && exit 77; }
}

needs_controller() {
    has_controller "$1" || { echo "skip: no $1 controller here; the vm has it" && exit 77; }
}

attack() {
    cat - >"$image/attack" <<'SH'
#!/bin/bash
escaped() { echo "ESCAPED $*"; }
# Debian's minimal root has none.
mount() { /busybox mount "$@"; }
umount() { /busybox umount "$@"; }
trap 'echo ENDED' EXIT
SH
    cat >>"$image/attack"
    chmod 755 "$image/attack"
}

# container NAME PLACEMENT KEYS...
container() {
    define "$1.toml" <<X
[container]
rootfs = { layers = [$root] }
placement = "$2"
restart = "no"
autostart = false
start_timeout = "30s"
command = [$command]
$(printf '%s\n' "${@:3}")
X
}

has_ended() {
    [[ $(property "$1" ActiveState) == @(inactive|failed) ]]
}

# attempt NAME: runs it to its end; says whether it started.
attempt() {
    local status=0
    systemctl start "$1" 2>/dev/null || status=$?
    within 30 has_ended "$1"
    return "$status"
}

contained() {
    has '^ENDED' logs "$1" && has_not '^ESCAPED' logs "$1"
}

unharmed() {
    [[ $(type -t canary) != function ]] || check "$1: the host is unharmed" canary
}

holds() {
    local placement
    for placement in scope service; do
        container "$name-$placement" "$placement" "$setting"
    done
    reload
    for placement in scope service; do
        attempt "$name-$placement"
        check "$placement: $1" contained "$name-$placement"
        unharmed "$placement"
    done
}

detects() {
    container "$name-weakened" scope "$setting" "$(cat)"
    reload
    attempt "$name-weakened"
    check "the attack is seen to succeed where settings let it" has '^ESCAPED' logs "$name-weakened"
}

finish() {
    rm -rf "/etc/caisson/$name"[-.]*
    reload
    systemctl reset-failed "$name*" 2>/dev/null
    exit "$bad"
}
