#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Who may include whom; ARCHITECTURE.md says why.
set -uo pipefail
. "$(dirname "$0")/tree.sh"

declare -A may_include=(
    [base]='base'
    [freestanding]='freestanding'
    [companion]='freestanding companion'
    [init]='freestanding init'
    [core]='base core'
    [kernel]='base core kernel'
    [store]='base core store'
    [systemd]='base core systemd'
    [generator]='base core systemd store generator'
    [ctl]='base core systemd store ctl'
    [runtime]='base core kernel store systemd runtime'
)
# The core acts on nothing: no system call, no file, no clock, no bus.
readonly effects='(unistd|fcntl)\.h|(sys|linux|systemd)/.*|filesystem|fstream|iostream|ctime|time\.h'

for layer in $(files -path './src/*' | cut -d/ -f2 | grep -v '\.' | sort -u); do
    [[ -n ${may_include[$layer]:-} ]] || wrong "src/$layer" "a layer that $0 does not know"
done
while IFS=: read -r file line included; do
    layer=${file#src/} layer=${layer%%/*}
    [[ " ${may_include[$layer]:-} config.h " == *" ${included%%/*} "* ]] ||
        wrong "$file:$line" "$layer may not include $included"
done < <(grep -rnoP '^\s*#\s*include\s*"\K[^"]+' src)
while IFS=: read -r file line included; do
    wrong "$file:$line" "core may not include <$included>"
done < <(grep -rnoP "^\\s*#\\s*include\\s*<\\K($effects)(?=>)" src/core)
finish
