#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# .clang-format is law. Later versions of the program read it in other ways; that of Debian 12 has the word.
set -uo pipefail
. "$(dirname "$0")/tree.sh"
command -v clang-format >/dev/null || lacks clang-format clang-format
version=$(clang-format --version | grep -oP 'version \K\d+')
((version == 14)) || { echo "skip: here is clang-format $version; 14 has the word" && exit 77; }

readarray -t names < <(files -name '*.cc' -o -name '*.c' -o -name '*.h')
while IFS=: read -r file line _; do
    wrong "$file:$line" "not as clang-format has it"
done < <(clang-format --dry-run "${names[@]}" 2>&1 | grep -oP '^[^ :]+:\d+(?=:\d+: )' | sort -u -t: -k1,1 -k2,2n)
finish
