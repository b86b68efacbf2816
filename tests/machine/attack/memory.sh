#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# More memory than there may be. Weakened: a higher memory_max.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

vm_only
needs_controller memory
setting='resources = { memory_max = "48M", memory_swap_max = "0" }'
attack <<'SH'
echo ENDED
result=$(probe allocate 128M)
[[ $result != allocated* ]] || escaped "$result"
exit 0
SH
holds "there is no more memory than the limit"
setting='resources = { memory_max = "512M" }'
weakened </dev/null
reload
detects
finish
