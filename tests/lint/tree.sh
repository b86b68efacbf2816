# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# What the checks of this folder share: sourced, never run. A check is given the source tree, or finds its own; it prints
# FILE:LINE: what is wrong, and its status is 1 if there was anything, 77 if it cannot check.

cd "${1:-$(dirname "$0")/../..}" || exit 99
bad=0

# wrong FILE:LINE TEXT...
wrong() {
    printf '%s: %s\n' "$1" "${*:2}"
    bad=1
}

# lacks WHAT PACKAGE: the check cannot run here.
lacks() {
    echo "skip: no $1 here; Debian's package $2 has it"
    exit 77
}

# files FIND'S TESTS...: the tree's own files, without version control (a release has none) and build directories.
files() {
    find . \( -path './.git' -o -path './build*' -o -path './*-linux-build' -o -name '__pycache__' \) -prune -o \
        -type f \( "$@" \) -printf '%P\n' | LC_ALL=C sort
}

sources() {
    files -path './src/*' -name '*.cc' -o -path './src/*' -name '*.h'
}

finish() {
    exit "$bad"
}
