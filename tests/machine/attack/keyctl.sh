#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A key of the host's root, searched for in the keyring that all processes of a user share. Weakened: no filter, no user
# namespace.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

key=$(probe syscall add_key user attack-canary secret 6 -4)
canary() {
    has "^keyctl ${key#* }" probe syscall keyctl 10 -4 user attack-canary 0
}
attack <<'SH'
found=$(probe syscall keyctl 10 -4 user attack-canary 0)
[[ $found == *" -1 "* ]] || escaped "$found"
SH
check "the host has a key" canary
weakened <<'TOML'
user_namespace.mode = "host"
security.seccomp = "unconfined"
TOML
holds "the keys of the host's root cannot be found"
detects
finish
