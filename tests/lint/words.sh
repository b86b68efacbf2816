#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What is left to do names the condition on which it can be done: "drop when 5.12 is the floor".
set -uo pipefail
. "$(dirname "$0")/tree.sh"

while IFS=: read -r file line text; do
    grep -qiE '\b(when|once|until|as soon as)\b' <<<"$text" || wrong "$file:$line" "no condition in:$text"
done < <(files -not -path './tests/lint/*' -size -200k | xargs -d '\n' grep -nIE '\b(TODO|FIXME|XXX|HACK)\b')
finish
