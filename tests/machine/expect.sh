# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# What the scripts of this folder share: sourced, never run. Each assertion is a sentence.

bad=0

# check SENTENCE COMMAND...: the sentence is true when the command succeeds.
check() {
    local what=$1
    shift
    if "$@"; then
        echo "ok - $what"
    else
        echo "not ok - $what"
        bad=1
    fi
}

is() {
    [[ $1 == "$2" ]] || { echo "    have '$1', want '$2'" && return 1; }
}

# has PATTERN COMMAND...: a line of its output matches the extended regular expression.
has() {
    local pattern=$1 text
    shift
    text=$("$@" 2>&1)
    grep -qE -- "$pattern" <<<"$text" || { echo "    no '$pattern' in: ${text:0:1500}" && return 1; }
}

has_not() {
    local pattern=$1 text
    shift
    text=$("$@" 2>&1)
    ! grep -E -- "$pattern" <<<"$text"
}

fails() {
    ! "$@" >/dev/null 2>&1
}

# within SECONDS COMMAND...: the command succeeds in time. It is tried every tenth of a second.
within() {
    local -i tries="$1 * 10"
    shift
    while ! "$@" >/dev/null 2>&1; do
        ((tries-- > 0)) || { echo "    not in time: $*" && return 1; }
        sleep 0.1
    done
}

# define FILE <<TOML: a definition; takes effect at the next reload.
define() {
    mkdir -p /etc/caisson
    cat >"/etc/caisson/$1"
}

reload() {
    systemctl daemon-reload
}

property() {
    systemctl show --value -p "$2" "$1"
}

state_is() {
    is "$(property "$1" ActiveState)" "$2"
}

logs() {
    journalctl --sync 2>/dev/null
    journalctl -u "$1" -o cat --no-pager
}

has_controller() {
    grep -qw "$1" /sys/fs/cgroup/cgroup.controllers
}

# What of the named containers is left: cgroups, scopes, files, mounts, processes.
leftovers() {
    local name
    for name; do
        find /sys/fs/cgroup -type d \( -name "$name.scope" -o -name "$name.service" \
            -o -name "${name/@/:}.scope" \)
        systemctl list-units --all --plain --no-legend "${name/@/:}.scope"
        find /run/caisson/{state,plans,notify} /var/lib/caisson/containers -name "$name*" \
            -not -path '*/persistent*' 2>/dev/null | grep -v "containers/$name\$"
        [[ ! -e /var/lib/caisson/containers/$name/ephemeral ]] ||
            echo "/var/lib/caisson/containers/$name/ephemeral"
    done
    awk '$5 ~ "^/(run|var/lib)/caisson/"' /proc/self/mountinfo
    pgrep -a caisson-
}

# The same line by line, as a check.
leaves_nothing() {
    local left
    left=$(leftovers "$@")
    [[ -z $left ]] || { echo "    left: $left" && return 1; }
}

finish() {
    exit "$bad"
}
