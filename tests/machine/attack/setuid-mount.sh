#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A set-user-ID program in a volume, run as a user of the container. Weakened: a mount with `suid`, new privileges.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

mkdir -p "$home/volume"
install -m 4755 "$(command -v probe)" "$home/volume/suid"
install -m 4755 "$(command -v probe)" "$image/suid"
setting="user = \"app\"
mount = [{ source = \"$home/volume\", target = \"/volume\" }]"
attack <<'SH'
for program in /volume/suid /suid; do
    [[ $("$program" ids) != *"euid 0"* ]] || escaped "$program"
done
SH
holds "set-user-ID programs give nothing"
setting='user = "app"'
weakened <<TOML
mount = [{ source = "$home/volume", target = "/volume", options = ["suid"] }]
security.no_new_privileges = false
TOML
reload
detects
check "the program of the volume is seen to give root" has '^ESCAPED /volume' logs "$name-weakened"
finish
