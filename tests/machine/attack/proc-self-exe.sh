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
attack <<'SH'
for exe in /proc/[0-9]*/exe; do
    (: >>"$exe") 2>/dev/null && [[ $(readlink "$exe") == *caisson* ]] && escaped "$exe"
done
for exe in /proc/[0-9]*/exe; do
    [[ $(readlink "$exe") == */attack/proc-self-exe/helper ]] && exec 9<"$exe" && sleep 3
done 2>/dev/null
[[ -e /proc/self/fd/9 ]] && echo overwritten >/proc/self/fd/9 && escaped "overwritten"
probe hunt caisson-runtime 3 | sort | uniq -c
exit 0
SH
sed -i 's/^probe hunt.*/& | sed "s,.* exe ,ESCAPED exe ,"/' "$image/attack"
target() {
    command='"/bin/probe", "pid"' container "$name-target" scope "$1" "namespaces.pid = \"container:$2\""
}
# hunted WATCHER: starts others beside it until it ends.
hunted() {
    local count=0
    systemctl start "$1"
    while ! has_ended "$1" && ((count++ < 40)); do
        systemctl start "$name-target" 2>/dev/null
        within 5 has_ended "$name-target" >/dev/null
    done
    within 10 has_ended "$1"
}
container "$name-watcher" scope
target '' "$name-watcher"
reload
for placement in scope service; do
    attempt "$name-self-$placement"
    unharmed "$placement: a program that is the runtime"
done
hunted "$name-watcher"
check "the runtime is seen beside a container" has ' seen ' logs "$name-watcher"
check "its program cannot be opened" contained "$name-watcher"
unharmed "a container that watches"
weak='user_namespace.mode = "host"
security.capabilities.add = ["SYS_PTRACE"]'
container "$name-weakened" scope "$weak"
target 'user_namespace.mode = "host"' "$name-weakened"
reload
hunted "$name-weakened"
check "the program is seen to be opened where settings let it" has '^ESCAPED exe' logs "$name-weakened"
unharmed "weakened"
cp "$(command -v probe)" "$home/helper"
"$home/helper" sleep 2 &
container "$name-helped" scope "$weak" 'namespaces.pid = "host"'
reload
attempt "$name-helped"
check "a program of the host's is seen to be overwritten" is "$(head -c 11 "$home/helper" | tr -d '\0')" overwritten
finish
