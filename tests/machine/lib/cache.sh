# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# The cache: everything that is slow to make lives here under a name that carries the hash of what it was made from.
# A reader holds a shared lock on the entry for as long as it uses it; whoever makes an entry holds the lock of its kind.

cache=${CAISSON_MACHINE_CACHE:-/var/cache/caisson-machine}

cache_open() {
    mkdir -p "$cache"/{runs,log}
}

# key FILE-OR-TEXT...: a short hash over the contents of files and over plain words.
cache_key() {
    local item
    for item; do
        if [[ -f $item ]]; then
            sha256sum <"$item"
        else
            printf '%s\n' "$item"
        fi
    done | sha256sum | cut -c1-12
}

# Takes the lock of one kind of entry until the calling (sub)shell ends.
cache_lock() {
    exec {cache_lock_fd}>"$cache/.lock-$1"
    flock "$cache_lock_fd"
}

# Marks an entry as in use for the life of this process and of what it becomes by exec.
cache_hold() {
    local fd
    exec {fd}<"$1"
    flock --shared "$fd"
}

# True if nobody uses the entry.
cache_idle() {
    flock --exclusive --nonblock "$1" true
}

# cache_prune PREFIX KEEP: removes the other entries of the same kind unless somebody runs on them.
cache_prune() {
    local entry
    for entry in "$cache/$1"-*; do
        [[ -e $entry && $entry != "$2" ]] || continue
        [[ ${entry##*-} =~ ^[0-9a-f]{12}(\.[a-z0-9]+)?$ ]] || continue
        [[ ${entry%-*} == "$cache/$1" ]] || continue
        if cache_idle "$entry"; then
            cache_discard "$entry"
        fi
    done
}

# quietly NAME COMMAND...: output goes to a log of the cache, whose tail is shown only on failure.
quietly() {
    local log="$cache/log/$1.$$"
    shift
    if "$@" >"$log" 2>&1; then
        rm -f "$log"
        return 0
    fi
    tail -n 40 "$log" >&2
    rm -f "$log"
    return 1
}

# cache_directory TEMPLATE: makes a directory that is ours for as long as we live; sets `made`. No sweep may come between.
cache_directory() {
    local lock
    exec {lock}>"$cache/.lock-sweep"
    flock "$lock"
    made=$(mktemp -d "$cache/$1.XXXXXX")
    cache_hold "$made"
    exec {lock}>&-
}

# For the subshells that make or discard an entry: sets `scratch`, a directory that ends with them.
cache_scratch() {
    cache_directory building
    scratch=$made
    trap 'rm -rf --one-file-system "$scratch"' EXIT
}

# cache_discard ENTRY: by another name first, for what is half deleted must not pass for an entry.
cache_discard() (
    cache_scratch
    mv "$1" "$scratch/"
)

# What killed runs and builds have left behind is no longer locked.
cache_sweep() (
    cache_lock sweep
    for left in "$cache"/runs/* "$cache"/building.*; do
        if [[ -d $left ]] && cache_idle "$left"; then
            "$python" -B "$here/namespace.py" --sweep --run "$left"
        fi
    done
)

# Only a cache that nobody uses goes away as a whole.
cache_clean() {
    local entry
    cache_sweep
    for entry in "$cache"/*; do
        [[ -e $entry ]] || continue
        cache_idle "$entry" || die "in use by another run: $entry"
        cache_discard "$entry"
    done
    rm -f "$cache"/.lock-*
    rmdir "$cache"
}
