#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# /etc/passwd, /etc/group and loader settings of the image as traps for a process of Caisson's that is inside: numbers out of
# range, endless lines, a library for every program. Control: a user that is one.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

mkdir -p "$image/etc"
cat >"$image/etc/passwd" <<'PASSWD'
root:x:0:0:root:/root:/bin/sh
wraps:x:4294967296:4294967296::/:/bin/sh
minus:x:-1:-1::/:/bin/sh
last:x:4294967295:4294967295::/:/bin/sh
long:x:99999999999999999999:0::/:/bin/sh
words:x:0x0:0::/:/bin/sh
blank:x: 0:0::/:/bin/sh
nothing:x:::::
good:x:1234:1234::/:/bin/sh
PASSWD
echo /no/such/library.so >"$image/etc/ld.so.preload"
attack <<'SH'
[[ $(id -u) == 1234 ]] && echo "control: user 1234"
[[ $(id -u) != 0 ]] || escaped "$(id)"
exit 0
SH
users=(wraps minus last long words blank nothing)
for user in "${users[@]}" good; do
    container "$name-$user" scope "user = \"$user\""
done
reload
attempt "${users[@]/#/$name-}"
attempt "$name-good"
for user in "${users[@]}"; do
    check "user $user is no way to root" has_not '^ESCAPED' logs "$name-$user"
    check "user $user: no start" refused "$name-$user"
done
check "user good is no way to root" has_not '^ESCAPED' logs "$name-good"
check "a user that is one runs" has '^control: user 1234' logs "$name-good"
head -c 20M /dev/zero | tr '\0' a >"$image/etc/passwd"
container "$name-endless" scope 'user = "app"'
reload
check "an endless line ends the start" fails attempt "$name-endless"
rm -r "${image:?}/etc"
container "$name-weakened" scope
reload
attempt "$name-weakened"
check "root is seen" has '^ESCAPED uid=0' logs "$name-weakened"
finish
