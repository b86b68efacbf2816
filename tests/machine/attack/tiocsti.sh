#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Input for the terminal of who started the container. Stand-in: the host does it to a terminal of its own, with
# CAP_SYS_ADMIN, as kernels without dev.tty.legacy_tiocsti want. The terminal of `caissonctl exec` has tests of its own.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

attack <<'SH'
for terminal in /dev/stdin /dev/stdout /dev/stderr /dev/tty /dev/console /dev/pts/0; do
    [[ $(probe type x 2>/dev/null <"$terminal") != *yes* ]] || escaped "$terminal"
done 2>/dev/null
exit 0
SH
holds "there is no terminal to type into"
check "typing is seen where there is one" has 'type yes' script -qec "probe type x" /dev/null
finish
