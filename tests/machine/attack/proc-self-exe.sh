#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The runtime's program is overwritten through /proc: by an image whose program is /proc/self/exe, and from a container into
# whose PID namespace another one is started. Weakened: no user namespace, CAP_SYS_PTRACE; then the runtime's program can be
# opened, and with the host's PID namespace a program of the host's that is no runtime is overwritten when it has ended.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

sums() { sha256sum /usr/libexec/caisson/* /usr/bin/caissonctl; }
before=$(sums)
canary() { is "$(sums)" "$before"; }
printf '#!/proc/self/exe\n' >"$image/self" && chmod 755 "$image/self"
for placement in scope service; do
    command='"/self"' container "$name-self-$placement" "$placement"
done
attack <<SH
$hunt
SH
cat >>"$image/attack" <<'SH'
for exe in /proc/[0-9]*/exe; do
    (: >>"$exe") 2>/dev/null && [[ $(readlink "$exe") == *caisson* ]] && escaped "$exe"
done
for exe in /proc/[0-9]*/exe; do
    [[ $(readlink "$exe") == */attack/proc-self-exe/helper ]] && exec 9<"$exe" && kill -KILL "${exe//[^0-9]/}"
done 2>/dev/null
# As long as it runs it cannot be written.
for ((i = 0; i < 100; i++)); do
    [[ -e /proc/self/fd/9 ]] || break
    (echo overwritten >/proc/self/fd/9) 2>/dev/null && escaped "overwritten" && break
    sleep 0.1
done
[[ ! -d /volume ]] || hunt | sort -u | sed 's,^exe ,ESCAPED exe ,'
exit 0
SH
watcher "$name-watcher"
reload
for placement in scope service; do
    attempt "$name-self-$placement"
    unharmed "$placement: a program that is the runtime"
done
hunted "$name-watcher"
check "the runtime is seen beside a container" has '^seen ' logs "$name-watcher"
check "its program cannot be opened" contained "$name-watcher"
unharmed "a container that watches"
weak='user_namespace.mode = "host"
security.capabilities.add = ["SYS_PTRACE"]'
watcher "$name-weakened" "$weak" 'user_namespace.mode = "host"'
reload
hunted "$name-weakened"
check "the program is seen to be opened where settings let it" has '^ESCAPED exe' logs "$name-weakened"
unharmed "weakened"
cp "$(command -v probe)" "$home/helper"
"$home/helper" sleep infinity &
container "$name-helped" scope "$weak" 'namespaces.pid = "host"'
reload
attempt "$name-helped"
check "a program of the host's is seen to be overwritten" is "$(head -c 11 "$home/helper" | tr -d '\0')" overwritten
finish
