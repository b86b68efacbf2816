#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The filter of system calls: the default, a profile of Docker's kind, what is allowed and denied on top; and for exec.
set -uo pipefail
. "$(dirname "$0")/expect.sh"

cat >/srv/profile.json <<X
{ "defaultAction": "SCMP_ACT_ALLOW", "archMap": [ { "architecture": "SCMP_ARCH_X86_64" } ],
  "syscalls": [ { "names": ["getpriority", "no_such_call"], "action": "SCMP_ACT_ERRNO", "errnoRet": 33 },
                { "names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO",
                  "includes": { "caps": ["CAP_SYS_ADMIN"] } },
                { "names": ["personality"], "action": "SCMP_ACT_ERRNO",
                  "args": [ { "index": 0, "value": 8, "op": "SCMP_CMP_EQ" } ] } ] }
X
# 135 is personality, 140 getpriority on x86_64.
# container NAME LINES
container() {
    define "$1.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/debian" }
placement = "$placement"
restart = "no"
command = ["/bin/probe", "syscall", "keyctl", "1", "0", "--", "syscall", "140", "0", "0", "--", "syscall", "135", "8", "--", "syscall", "135", "0xffffffff", "--", "syscall", "500", "--", "sleep", "infinity"]
$2
X
}




for placement in scope service; do
    container default ""
    container open 'security = { seccomp = "unconfined" }'
    container more 'security = { seccomp_allow = ["keyctl"] }'
    container less 'security = { seccomp_deny = ["getpriority"] }'
    container open-less 'security = { seccomp = "unconfined", seccomp_deny = ["getpriority"] }'
    container profile 'security = { seccomp = "/srv/profile.json" }'
    container missing 'security = { seccomp = "/srv/absent.json" }'
    container unknown 'security = { seccomp_allow = ["no_such_call"] }'
    reload
    systemctl start default open more less open-less profile
    echo "# placement $placement"
    for name in default open more less open-less profile; do
        filters=1
        [[ $name == open ]] && filters=0
        check "$name: $filters filters" has "^Seccomp_filters:[[:space:]]+$filters$" cat "/proc/$(property "$name" MainPID)/status"
    done
    check "default: keyctl is refused" has 'keyctl.*EPERM' logs default
    check "default: getpriority is allowed" has '140.*(success| = |ok|[0-9]+$)' logs default
    check "default: what is newer than the filter is unknown" has '500.*ENOSYS' logs default
    check "more: keyctl is allowed" has_not 'keyctl.*EPERM' logs more
    check "less: getpriority is refused" has '140.*EPERM' logs less
    check "open-less: getpriority is refused" has '140.*EPERM' logs open-less
    check "open-less: keyctl is allowed" has_not 'keyctl.*EPERM' logs open-less
    check "profile: its errno" has '140.*EDOM' logs profile
    check "profile: its condition" has '135.*EPERM' logs profile
    check "profile: a rule for a capability that it lacks is none" caissonctl exec profile -- mkdir /tmp/made
    check "a missing profile" fails systemctl start missing
    check "and says so" within 5 has '/srv/absent.json: .*No such file' logs missing
    check "an unknown call" fails systemctl start unknown
    check "and says so" within 5 has 'seccomp_allow: .*no_such_call' logs unknown

    # What was compiled at the start holds for the commands that enter.
    sed -i 's/"getpriority", //' /srv/profile.json
    check "exec: the running filter" has '140.*EDOM' caissonctl exec profile -- /bin/probe syscall 140 0 0
    systemctl restart profile
    check "a restart takes the new profile" has_not '140.*EDOM' caissonctl exec profile -- /bin/probe syscall 140 0 0
    sed -i 's/"no_such_call"/"getpriority", &/' /srv/profile.json

    cached=$(find /run/caisson/seccomp -type f | head -1)
    check "the cache is root's alone" is "$(stat -c %a:%u /run/caisson/seccomp "$cached")" $'700:0\n600:0'
    for file in /run/caisson/seccomp/*; do truncate -s 8 "$file"; done
    systemctl restart less
    check "a cache that was tampered with is not used" has '140.*EPERM' \
        caissonctl exec less -- /bin/probe syscall 140 0 0
    systemctl stop default open more less open-less profile
    systemctl reset-failed 2>/dev/null
    check "nothing is left" within 5 leaves_nothing default open more less open-less profile
done
finish
