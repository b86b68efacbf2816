#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Ranges of ids: one of its own for each container, stable, apart from all others of the host; owners on disk stay.
set -uo pipefail
. "$(dirname "$0")/expect.sh"

# container NAME LINES
container() {
    define "$1.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/debian", mode = "${mode:-ephemeral}" }
placement = "$placement"
command = ["/bin/probe", "sleep", "infinity"]
$2
X
}

base_of() { awk '{ print $2 }' "/proc/$(property "$1" MainPID)/uid_map"; }
size_of() { awk '{ print $3 }' "/proc/$(property "$1" MainPID)/gid_map"; }
inside() { nsenter -t "$(property "$1" MainPID)" -a -S 0 -G 0 -- "${@:2}"; }

mkdir -p /srv/data && echo host >/srv/data/root && echo app >/srv/data/app && chown 1000:1000 /srv/data/app
chmod 600 /srv/data/*
for placement in scope service; do
    bind='[[container.mount]]
source = "/srv/data"
target = "/data"'
    container one-$placement "$bind"
    container two-$placement ""
    container given-$placement 'user_namespace = { mode = "range", base = 300000, size = 70000 }'
    container none-$placement 'user_namespace = { mode = "host" }'
    mode=persistent container kept-$placement ""
    mode=read-only container still-$placement ""
    reload
    systemctl start {one,two,given,none,kept,still}-$placement
    one=$(base_of one-$placement) two=$(base_of two-$placement)
    check "a range of 65,536" is "$(size_of one-$placement)" 65536
    check "in systemd's range for containers" is "$((one >= 524288 && one <= 1879048191 && one % 65536 == 0))" 1
    check "another container has another" is "$((one != two && two >= 524288))" 1
    check "a given range" is "$(base_of given-$placement) $(size_of given-$placement)" "300000 70000"
    check "none" is "$(base_of none-$placement)" 0
    check "root inside is nobody outside" has "^Uid:[[:space:]]+${one}[[:space:]]" cat "/proc/$(property one-$placement MainPID)/status"

    check "layers: owners as on disk" is "$(inside one-$placement stat -c %u:%g /etc/passwd /usr)" $'0:0\n0:0'
    check "layers: what it writes is its own" inside one-$placement touch /etc/passwd /new
    check "layers: on disk, too" is "$(stat -c %u "/var/lib/caisson/containers/one-$placement/ephemeral/upper/new")" "$one"
    check "layers: copied up, it is its own" \
        is "$(stat -c %u "/var/lib/caisson/containers/one-$placement/ephemeral/upper/etc/passwd")" "$one"
    check "layers: a device node in them is no device" has "nodev" grep " / / " "/proc/$(property one-$placement MainPID)/mountinfo"
    check "read-only: owners as on disk" is "$(inside still-$placement stat -c %u /etc)" 0
    check "read-only: it cannot be written" fails inside still-$placement touch /etc/passwd

    check "bind: owners as on disk" is "$(inside one-$placement stat -c %u /data/root /data/app)" $'0\n1000'
    check "bind: root inside reads what is root's" is "$(inside one-$placement cat /data/root)" host
    check "bind: what it writes is root's on disk" inside one-$placement touch /data/made
    check "bind: on disk" is "$(stat -c %u /srv/data/made)" 0
    rm /srv/data/made

    inside kept-$placement touch /kept
    systemctl restart {one,kept}-$placement
    check "a restart keeps the range" is "$(base_of one-$placement)" "$one"
    check "what was kept is still its own" is "$(inside kept-$placement stat -c %u /kept)" 0
    sed -i '$a user_namespace = { mode = "host" }' /etc/caisson/kept-$placement.toml
    reload
    check "a layer of another range is refused" fails systemctl restart kept-$placement
    check "and says whose it is" within 5 has "the persistent layer belongs to uid [0-9]+" logs kept-$placement
    systemctl stop {one,two,given,none,kept,still}-$placement 2>/dev/null
    systemctl reset-failed
done

placement=scope
# The ranges that the next containers would get are taken by others, each in its own way.
range_for() {
    container "$1" ""
    reload
    systemctl reset-failed "$1" 2>/dev/null
    systemctl start "$1"
    base_of "$1"
    systemctl stop "$1"
}
elsewhere() { local other && other=$(range_for probe) && ((other >= 524288)) && fails is "$other" "$base"; }
base=$(range_for probe)
forget() { rm -rf /var/lib/caisson/id-ranges; }
forget
check "a range is found again by its name" is "$(range_for probe)" "$base"
forget
echo "somebody:$base:65536" >>/etc/subuid
check "not one of subuid(5)" elsewhere
: >/etc/subuid
forget
setpriv --reuid $((base + 5)) --clear-groups sleep 1000 &
other=$!
check "not one of a running process" elsewhere
kill "$other"
forget
unshare --user sleep 1000 &
other=$!
sleep 0.3
echo "0 $((base - 10)) 100" >"/proc/$other/uid_map"
check "not one of a process's user namespace" elsewhere
kill "$other"
forget
mkdir -p /run/systemd/nspawn-uid && : >"/run/systemd/nspawn-uid/$base"
check "not one of systemd-nspawn" elsewhere
rm "/run/systemd/nspawn-uid/$base"

# All at once, and the registry has no two of one range.
for i in $(seq 20); do container "many-$i" ""; done
reload
systemctl start many-{1..20}
check "20 at once have 20 ranges" is "$(for i in $(seq 20); do base_of "many-$i"; done | sort -u | wc -l)" 20
systemctl stop many-{1..20}

mkdir -p /srv/plain/lower /srv/plain/upper /srv/plain/work /srv/plain/merged
mount -t overlay -o lowerdir=/srv/plain/lower,upperdir=/srv/plain/upper,workdir=/srv/plain/work overlay /srv/plain/merged
for option in "" 'options = ["noidmap"]'; do
    container "plain" "restart = \"no\"
[[container.mount]]
source = \"/srv/plain/merged\"
target = \"/plain\"
$option"
    reload
    if [[ $option ]]; then
        check "noidmap gives it up for one mount" systemctl start plain
        check "then its owners are nobody's" is "$(inside plain stat -c %u /plain)" 65534
    else
        check "a file system without idmapped mounts is refused" fails systemctl start plain
        check "and says which, and what gives it up" within 5 \
            has 'plain: mount on /plain: source /srv/plain/merged: .*idmapped.*user_namespace.mode = "host"' logs plain
    fi
done
systemctl stop plain
umount /srv/plain/merged
finish
