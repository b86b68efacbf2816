#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# man_keys.sh TREE KEYS: the entries in caisson.toml(5) are the keys of the parser's table, which the program KEYS prints.
set -uo pipefail
keys=$(readlink -f "${2:?}")
. "$(dirname "$0")/tree.sh"
readonly page=man/caisson.toml.5

table=$("$keys") || exit 99
while read -r line; do
    wrong "$page:1" "no entry for: $line"
done < <(grep -vxFf <(sed -n 's/^\.\\" key /key /p' "$page") <<<"$table")
while IFS=: read -r number line; do
    grep -qxF "${line#*\" }" <<<"$table" || wrong "$page:$number" "not in the parser's table: ${line#*\" }"
done < <(grep -n '^\.\\" key ' "$page")
# A mark, or several of them, stands before the entry, which has the key's own name in its first lines.
while IFS=: read -r number text; do
    wrong "$page:$number" "$text"
done < <(awk '
    /^\.\\" key / {
        if (seen[$3]++)
            print NR ":a second entry for " $3
        n = split($3, part, ".")
        if (part[n] != "*")
            mark[part[n]] = NR
        next
    }
    {
        gsub(/\\-/, "-")
        for (name in mark)
            if (index($0, name))
                delete mark[name]
            else if (NR > mark[name] + 10) {
                print mark[name] ":no entry follows for " name
                delete mark[name]
            }
    }' "$page")
finish
