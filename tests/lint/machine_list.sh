#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every script of the machine is on the list of what ./test runs, itself or in the person of its directory's all.sh, and
# the list names nothing else.
set -uo pipefail
. "$(dirname "$0")/tree.sh"
readonly list=tests/machine/scripts

while read -r file; do
    script=${file#./} script=${script#tests/machine/}
    grep -qE "^($script|$(dirname "$script")/all\.sh) " "$list" || wrong "$file" "executable, but not in $list"
done < <(files -path './tests/machine/*.sh' -perm -u+x)
while IFS=: read -r line text; do
    read -r script namespace vm rest <<<"$text"
    [[ -x tests/machine/$script ]] || wrong "$list:$line" "no executable script $script"
    [[ -n ${vm:-} && -z ${rest:-} ]] || wrong "$list:$line" "not three columns"
    for suite in ${namespace//,/ } ${vm//,/ }; do
        [[ $suite =~ ^(bookworm|trixie|sid|host|-)$ ]] || wrong "$list:$line" "no suite $suite"
    done
done < <(grep -nvE '^(#|$)' "$list")
finish
