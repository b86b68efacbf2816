#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# tidy.sh TREE BUILD [FILE...]: .clang-tidy on the sources that BUILD compiles, as many at a time as there are processors.
set -uo pipefail
build=$(readlink -f "${2:?}")
. "$(dirname "$0")/tree.sh"
shift 2
command -v clang-tidy >/dev/null || lacks clang-tidy clang-tidy

if (($#)); then
    names=("$@")
else
    readarray -t names < <(files -path './src/*' -name '*.cc' | while read -r file; do
        ! grep -qF "/$file\"" "$build/compile_commands.json" || echo "$file"
    done)
fi
printf '%s\0' "${names[@]}" |
    xargs -0 -n1 -P"$(nproc)" clang-tidy --quiet -p "$build" 2>/dev/null |
    sed -E "s|^(.*/\.\./|$PWD/)||" | grep -E '^[^ :]+:[0-9]+:[0-9]+: ' | sort -u | tee "$build/meson-logs/tidy.txt"
[[ ! -s $build/meson-logs/tidy.txt ]]
