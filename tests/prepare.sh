# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# From a fresh Debian to a build, for ./test and ./try: sourced, never run. They set `tree`.

readonly machine=$tree/tests/machine/machine build=$tree/build
# shellcheck disable=SC2034  # of the files below
here=$tree/tests/machine

say() {
    printf '%s\n' "$*"
}

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# shellcheck source=/dev/null
. "$tree/tests/machine/lib/cache.sh"
# shellcheck source=/dev/null
. "$tree/tests/machine/lib/apt.sh"
# shellcheck source=/dev/null
. "$tree/tests/machine/lib/build.sh"

# need COMMAND=PACKAGE...: what the build needs, and these besides.
need() {
    "$machine" prepare || die "cannot install what the build needs"
    apt_need "$@"
}

# set_up DIRECTORY MESON'S-OPTIONS...: a build directory, new or with these options from now on.
# shellcheck disable=SC2154  # build_layout is of lib/build.sh
set_up() {
    local directory=$1 again=()
    shift
    [[ ! -f $directory/build.ninja ]] || again=(--reconfigure)
    meson setup "${again[@]}" --werror "${build_layout[@]}" "$@" "$directory" "$tree"
}

# Says nothing but what went wrong.
compile() {
    local log=$1.log
    if set_up "$@" >"$log" 2>&1 && meson compile -C "$1" >>"$log" 2>&1; then
        rm -f "$log"
        return 0
    fi
    grep -vE '^\[[0-9]+/[0-9]+\] [A-Z][a-z]+ing ' "$log" | tail -n 60
    rm -f "$log"
    return 1
}
