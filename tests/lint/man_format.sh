#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# groff has nothing to say about the manual pages.
set -uo pipefail
. "$(dirname "$0")/tree.sh"
command -v groff >/dev/null || lacks groff groff-base

while read -r page; do
    while IFS=: read -r _ line text; do
        wrong "$page:$line" "$text"
    done < <(groff -man -Tutf8 -ww -z "$page" 2>&1 | sed -E 's/^(troff|groff|an\.tmac): ?(<[^>]*>:)?//')
done < <(files -path './man/*.[1-8]')
finish
