#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# all.sh [PART PARTS]: every attack, or every so-manieth, in one boot: what each says, and a line of its own. Those that would
# harm the host run in the vm only.
set -uo pipefail
here=$(dirname "$0")
part=${1:-1} parts=${2:-1}
passed=0 failed=0 skipped=0 index=0
for script in "$here"/*.sh; do
    [[ -x $script && $script != */all*.sh ]] || continue
    ((index++ % parts == part - 1)) || continue
    status=0 name=$(basename "$script" .sh) began=$SECONDS
    output=$("$script" 2>&1) || status=$?
    case $status in
    0) passed=$((passed + 1)) && echo "pass $name ($((SECONDS - began)) s)" ;;
    77) skipped=$((skipped + 1)) && echo "skip $name: ${output##*skip: }" ;;
    *) failed=$((failed + 1)) && printf 'FAIL %s\n%s\n' "$name" "$output" ;;
    esac
done
echo "$passed attacks failed, as they should; $failed did not, or could not be detected; $skipped skipped"
((failed == 0))
