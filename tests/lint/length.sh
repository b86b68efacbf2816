#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Past 400 lines a source file has a second noun in it, or a reason in length.allowed: FILE LINES REASON...
set -uo pipefail
. "$(dirname "$0")/tree.sh"
readonly allowed=tests/lint/length.allowed limit=400

while read -r file; do
    lines=$(wc -l <"$file")
    most=$(awk -v file="$file" '$1 == file && NF > 2 { print $2 }' "$allowed" 2>/dev/null)
    ((lines <= ${most:-limit})) || wrong "$file:${most:-$limit}" "$lines lines; at most ${most:-$limit} without a better reason"
    [[ -z $most ]] || ((lines > limit)) || wrong "$allowed" "$file is short enough now"
done < <(sources)
finish
