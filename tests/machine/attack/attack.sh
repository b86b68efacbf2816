# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# What the attacks share: sourced, never run. An attack is a shell script in the top layer of a container's root, so that
# the image is the attacker's, too. It says `escaped` for each thing that it got. An attack script calls, in this order:
#
#   attack <<'SH'      what runs inside, as root
#   canary() { ... }   is the host unharmed?
#   weakened <<TOML    the settings with which it must get something, so that the test is known to see it
#   holds SENTENCE     reloads; with default settings, in both placements, the attack ran and got nothing
#   detects            with the weakened settings it gets something
#
# A daemon-reload is what takes longest.
. "$(dirname "${BASH_SOURCE[0]}")/../expect.sh"

name=$(basename "$0" .sh)
home=/srv/attack/$name
image=$home/image
# Keys that the attack needs besides; the image; what is started.
setting='' root="\"$image\", \"/srv/rootfs/debian\"" command='"/attack"'
mkdir -p "$image" "$home/volume" && cp "$(command -v busybox)" "$image/busybox"

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

reloaded=''
reload() {
    local now
    now=$(md5sum /etc/caisson/*)
    [[ $now == "$reloaded" ]] || systemctl daemon-reload
    reloaded=$now
}

# container NAME PLACEMENT KEYS...
container() {
    define "$1.toml" <<X
[container]
rootfs = { layers = [$root] }
placement = "$2"
restart = "no"
autostart = false
start_timeout = "120s"
command = [$command]
$(printf '%s\n' "${@:3}")
X
}

has_ended() {
    [[ $(property "$1" ActiveState) == @(inactive|failed) ]]
}

# attempt NAME...: runs each to its end; says whether none has failed.
attempt() {
    local status=0
    timeout $((180 + 20 * $#)) systemctl start --wait "$@" 2>/dev/null || status=$?
    ((status != 124)) || echo "    not ended in time: $*"
    return "$status"
}

# The start has failed, and not for want of time.
refused() {
    state_is "$1" failed && has_not '^ENDED|timed out' logs "$1"
}

contained() {
    local text
    text=$(logs "$1")
    has '^ENDED' echo "$text" && has_not '^ESCAPED' echo "$text"
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

weakened() {
    container "$name-weakened" scope "$setting" "$(cat)"
}

detects() {
    attempt "$name-weakened"
    check "the attack is seen to succeed where settings let it" has '^ESCAPED' logs "$name-weakened"
}

# For attacks on the runtime, which is in a container's PID namespace for a moment when another container is started into
# that. The one there calls `hunt`; NAME-target is what is started beside it.
watcher() {
    container "$1" scope "mount = [{ source = \"$home/volume\", target = \"/volume\" }]" "${2:-}"
    command='"/bin/probe", "pid"' container "$name-target" scope "${3:-}" "namespaces.pid = \"container:$1\""
}

# shellcheck disable=SC2034  # of the scripts that source this
readonly hunt='hunt() { : >/volume/hunting; probe hunt caisson-runtime 500 /volume/enough; }'

# hunted WATCHER: one after the other is started beside it.
hunted() {
    local count
    rm -f "$home"/volume/*
    systemctl start "$1"
    within 30 test -e "$home/volume/hunting"
    for ((count = 0; count < 10; count++)); do
        attempt "$name-target" >/dev/null
        # That many starts are not many.
        systemctl reset-failed "$name-target" 2>/dev/null
    done
    : >"$home/volume/enough"
    within 30 has_ended "$1"
}

finish() {
    rm -rf "/etc/caisson/$name"[-.@]*
    systemctl reset-failed "$name*" 2>/dev/null
    exit "$bad"
}
