#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Credentials: secrets reach the payload's user through memory of the container, and nobody else by any way.
# shellcheck disable=SC2016  # $ in definitions is the container's
set -uo pipefail
. "$(dirname "$0")/expect.sh"

# systemd hands credentials over by mount propagation, which is on wherever it is not in a container itself.
mount --make-rshared /

# Only ever in files, so that no argument list and no environment has it from here.
install -d -m700 /srv/secrets
tr -dc a-z0-9 </dev/urandom | head -c 40 >/srv/secrets/token
head -c 500000 /dev/urandom >/srv/secrets/big
chmod 600 /srv/secrets/*
sum=$(sha256sum </srv/secrets/token) big=$(sha256sum </srv/secrets/big)

inside() {
    local box=$1
    shift
    caissonctl exec "$box" -- "$@"
}

gone() {
    ! caissonctl exec "$1" -- true >/dev/null 2>&1 && [[ ! -e /run/credentials/$1.service ]]
}

# Where the secret is, outside of the place that systemd itself has for it, which is root's alone.
leaks() {
    local pid unit
    for pid in /proc/[0-9]*; do
        grep -qaFf /srv/secrets/token "$pid/cmdline" "$pid/environ" 2>/dev/null && echo "$pid"
    done
    find /run /etc /var/lib/caisson \( -path /run/credentials -o -path /run/machine \) -prune -o \
        -type f -exec timeout 20 grep -laFf /srv/secrets/token {} + 2>/dev/null
    for unit in "$@"; do
        systemctl show "$unit" | grep -aFf /srv/secrets/token
        busctl introspect org.freedesktop.systemd1 "$(busctl call org.freedesktop.systemd1 /org/freedesktop/systemd1 \
            org.freedesktop.systemd1.Manager LoadUnit s "$unit" | grep -oE '/[^"]+')" | grep -aFf /srv/secrets/token
    done
    journalctl --sync 2>/dev/null
    journalctl -o export --no-pager | grep -aFf /srv/secrets/token
}

no_leaks() {
    local found
    found=$(leaks "$@")
    [[ -z $found ]] || { echo "    found: ${found:0:500}" && return 1; }
}

encrypted=
if systemd-creds --with-key=host encrypt --name=sealed /srv/secrets/token /srv/secrets/sealed >/dev/null 2>&1; then
    encrypted='[container.encrypted_credentials]
sealed = "/srv/secrets/sealed"'
else
    echo "# no encrypted credentials: systemd-creds cannot make one here"
fi

shows='sha256sum <$CREDENTIALS_DIRECTORY/token; echo at $CREDENTIALS_DIRECTORY; exec /bin/probe sleep infinity'
# Where root of the machine is not all-powerful, exec cannot reach another user without a user namespace.
declare -A user=([auto]=app [host]=root) uid=([auto]=1000 [host]=0)
for placement in scope service; do
    for mode in auto host; do
        define "has-$placement-$mode.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
restart = "no"
user = "${user[$mode]}"
user_namespace = { mode = "$mode" }
command = ["/bin/sh", "-c", '$shows']
[container.credentials]
token = "/srv/secrets/token"
big = "/srv/secrets/big"
$encrypted
X
    done
    define "root-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/debian", mode = "read-only" }
placement = "$placement"
restart = "no"
init = true
credentials = { token = "/srv/secrets/token" }
command = ["/bin/sh", "-c", '$shows']
X
    define "hasnot-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
restart = "no"
command = ["/bin/probe", "env", "--", "sleep", "infinity"]
X
    define "absent-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
restart = "no"
credentials = { token = "/srv/secrets/absent" }
command = ["/bin/probe", "sleep", "infinity"]
X
done
reload

names="big,token"
[[ -z $encrypted ]] || names="big,sealed,token"
at=/run/host/credentials
for placement in scope service; do
    systemctl start "hasnot-$placement"
    for mode in auto host; do
        name=has-$placement-$mode what="$placement, user namespace $mode"
        check "$what: it starts" systemctl start "$name"
        check "$what: the payload reads its secret" within 10 has "^${sum%% *}" logs "$name"
        check "$what: where the variable says" has "^at $at\$" logs "$name"
        check "$what: all are there" is "$(inside "$name" /bin/probe ls $at | paste -sd,)" "$names"
        check "$what: a file has its mode and owner" is \
            "$(inside "$name" /bin/probe stat $at/token | grep -E '^(mode|uid|gid|type|size|links)' | paste -sd' ')" \
            "mode 0400 uid ${uid[$mode]} gid ${uid[$mode]} type file size 40 links 1"
        check "$what: so has the directory" is \
            "$(inside "$name" /bin/probe stat $at | grep -E '^(mode|uid|gid)' | paste -sd' ')" "mode 0500 uid ${uid[$mode]} gid ${uid[$mode]}"
        check "$what: long ones are whole" is "$(inside "$name" sha256sum $at/big | cut -d' ' -f1)" "${big%% *}"
        [[ -z $encrypted ]] ||
            check "$what: encrypted ones are in the clear" is "$(inside "$name" sha256sum $at/sealed | cut -d' ' -f1)" "${sum%% *}"
        check "$what: in memory that is not swapped, read-only, without devices, programs and set-user-ID" \
            has " $at ro,nosuid,nodev,noexec.* - ramfs ramfs" inside "$name" /bin/probe mounts
        check "$what: the user cannot write it" has "no (EROFS|EACCES)" inside "$name" /bin/probe writable $at
        check "$what: nor can root" has "no EROFS" caissonctl exec --user 0 "$name" -- /bin/probe writable $at
        check "$what: or remount it" fails caissonctl exec --user 0 "$name" -- mount -o remount,rw $at
        check "$what: another user cannot read it" has EACCES caissonctl exec --user 1234 "$name" -- /bin/probe cat $at/token
        check "$what: or list it" has EACCES caissonctl exec --user 1234 "$name" -- /bin/probe ls $at
        check "$what: systemd's own copy is out of sight" fails inside "$name" ls /run/credentials
        check "$what: a command of exec is told where" has "^CREDENTIALS_DIRECTORY=$at\$" inside "$name" /bin/probe env
        check "$what: nothing of it is in the machine's mount table" has_not "$at" cat /proc/self/mountinfo
        unit=$name.$placement
        check "$what: nothing is told to others" no_leaks "$name.service" "${unit/@/:}"
    done
    check "$placement: another container has none" fails inside "hasnot-$placement" ls $at
    check "$placement: and no variable" has_not CREDENTIALS logs "hasnot-$placement"
    check "$placement: nor has its exec" has_not CREDENTIALS inside "hasnot-$placement" /bin/probe env
    systemctl stop "hasnot-$placement" "has-$placement-"{auto,host}
    for mode in auto host; do
        check "$placement, user namespace $mode: gone after the stop" within 5 gone "has-$placement-$mode"
    done

    name=root-$placement
    check "$placement: with a read-only root and init" systemctl start "$name"
    check "$placement: root reads it" within 10 has "^${sum%% *}" logs "$name"
    check "$placement: and owns it" is "$(inside "$name" /bin/probe stat $at/token | grep -E '^(mode|uid)' | paste -sd' ')" "mode 0400 uid 0"
    mkdir -p "/run/systemd/system/$name.service.d"
    printf '[Service]\nLoadCredential=\nLoadCredential=other:/srv/secrets/token\n' >"/run/systemd/system/$name.service.d/other.conf"
    reload
    check "$placement: without what the plan names there is no start" fails systemctl restart "$name"
    check "$placement: and the line has its name" within 5 has "^$name: credential token: open: No such file or directory\$" logs "$name"
    printf '[Service]\nLoadCredential=\n' >"/run/systemd/system/$name.service.d/other.conf"
    reload
    check "$placement: without any, neither" fails systemctl restart "$name"
    check "$placement: and says so" within 5 has "^$name: credential token: systemd passed none\$" logs "$name"
    rm -r "/run/systemd/system/$name.service.d"
    reload
    check "$placement: a file that is not there is a start that failed" fails systemctl start "absent-$placement"
done
check "nothing was told to others, in all that time" no_leaks
cp /srv/secrets/token /run/told
check "which would have been found" fails no_leaks
rm /run/told
systemctl reset-failed
check "nothing is left" leaves_nothing {has-{scope,service}-{auto,host},{root,hasnot,absent}-{scope,service}}
[[ -n $encrypted ]] || echo "# encrypted credentials were left out"
finish
