#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every shell script, whatever its name, as the program shellcheck wants it.
set -uo pipefail
. "$(dirname "$0")/tree.sh"
command -v shellcheck >/dev/null || lacks shellcheck shellcheck

# What is sourced is checked in the program that sources it.
readarray -t names < <(files -size -200k | xargs -d '\n' grep -lIE -m1 '^#!.*\b(ba|da)?sh$')
# SC2317: functions that are called by name. SC2016: text for an inner shell. SC2030, SC2031: subshells on purpose.
while IFS=: read -r file line _ text; do
    [[ $file == /* ]] || wrong "${file/.\/}:$line" "${text# }"
done < <(shellcheck --external-sources --check-sourced --source-path=SCRIPTDIR --format=gcc \
    --exclude=SC2016,SC2030,SC2031,SC2317 "${names[@]}" | sort -u)
finish
