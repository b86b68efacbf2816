#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Pods: namespaces in common that outlive their containers, the order of start and stop, a common ceiling.
set -uo pipefail
. "$(dirname "$0")/expect.sh"

shared="net uts ipc"
slice=caisson-shop.slice

# member NAME COMMAND LINES
member() {
    cat <<X
[[container]]
name = "$1"
pod = "shop"
rootfs = { directory = "/srv/rootfs/debian" }
placement = "$placement"
command = ["/bin/probe", $2]
$3
X
}

port=80
# pod LINES: with the containers web, helper, own and idle.
pod() {
    {
        echo "[pod]"
        echo "$1"
        member web '"abstract-listen", "hall", "--", "listen", "'"$port"'"' 'user = "1000"
restart = "always"'
        member helper '"sleep", "infinity"' 'after = ["web"]'
        member own '"sleep", "infinity"' 'autostart = false
network = { mode = "host" }
namespaces = { ipc = "private" }'
    } | define shop.toml
}

outside() {
    define outside.toml <<X
[container]
rootfs = { directory = "/srv/rootfs/debian" }
placement = "$placement"
command = ["/bin/probe", "sleep", "infinity"]
X
}

pid_of() { property "$1" MainPID; }
id_of() { readlink "/proc/$(pid_of "$1")/ns/$2"; }
ids_of() {
    local kind
    for kind in $shared; do id_of "$1" "$kind"; done
}
differ() { [[ $1 && $2 && $1 != "$2" ]]; }
host_id() { readlink "/proc/1/ns/$1"; }
inside() { caissonctl exec "$@"; }
# in_network NAME COMMAND...: with all capabilities of the container's user namespace.
in_network() { nsenter -t "$(pid_of "$1")" -U -n -- "${@:2}"; }
# The call with which a host name is set, with the same.
in_name() { nsenter -t "$(pid_of "$1")" -U -u -- /srv/rootfs/debian/usr/bin/probe syscall sethostname evil 4; }
kept() { find /proc/1/fd -ignore_readdir_race -lname '*:\[*' -printf '%l\n' | grep -E '^(net|uts|ipc):' | sort -u; }
started_before() { (($(property "$1" ActiveEnterTimestampMonotonic) <= $(property "$2" ExecMainStartTimestampMonotonic))); }
tasks_of() { cat "/sys/fs/cgroup$(property "$1" ControlGroup)/$2"; }
tasks_above() { (($(tasks_of "$slice" pids.current) > $1)); }
uses_more_than() { (($(tasks_of "$slice" memory.current) > $1)); }
active() {
    local name
    for name; do state_is "$name" active || return; done
}
inactive() {
    local name
    for name; do state_is "$name" inactive || return; done
}

for placement in scope service; do
    echo "# placement $placement"
    pod 'description = "Shop"'
    outside
    reload
    check "nothing is kept before" is "$(kept)" ""
    systemctl start "$slice" outside
    check "the slice starts its containers" within 20 active web helper shop-pod
    check "but not the one that is not to start by itself" inactive own
    check "in their order" started_before web helper
    check "at boot the slice starts" has multi-user.target systemctl show -p WantedBy $slice
    unit=$([[ $placement == scope ]] && echo web.scope || echo web.service)
    check "the payload is in the slice" is "$(property "$unit" Slice)" $slice
    check "the service is in the slice" is "$(property web Slice)" $slice
    check "no process holds the namespaces" is "$(pid_of shop-pod)" 0
    check "nor does a mount" has_not nsfs cat /proc/self/mountinfo
    for kind in $shared; do
        check "$kind: in common" is "$(id_of web "$kind")" "$(id_of helper "$kind")"
        check "$kind: not the host's" differ "$(id_of web "$kind")" "$(host_id "$kind")"
        check "$kind: not that of a container outside" differ "$(id_of web "$kind")" "$(id_of outside "$kind")"
    done
    for kind in pid user mnt cgroup; do
        check "$kind: not in common" differ "$(id_of web "$kind")" "$(id_of helper "$kind")"
    done
    check "systemd keeps these three" is "$(kept)" "$(ids_of web | sort)"
    check "their list is root's" is "$(stat -c %a%U /run/caisson/pods /run/caisson/pods/shop | paste -sd,)" 700root,600root
    check "and says which" is "$(sort /run/caisson/pods/shop | tr -d ' ')" "$(ids_of web | tr -d ':[]' | sort)"

    check "the host name is the pod's" is "$(inside helper hostname)" shop
    check "a port below 1024, listened on by no root" has "connected$" inside helper probe connect 80
    check "not from outside" has "ECONNREFUSED$" inside outside probe connect 80
    check "an abstract socket" has "connected$" inside helper probe abstract hall
    check "not from outside" has "ECONNREFUSED$" inside outside probe abstract hall
    # AF_INET, SOCK_DGRAM, IPPROTO_ICMP.
    check "ping without CAP_NET_RAW" has '^socket [0-9]' inside helper probe syscall socket 2 2 1
    check "which others have not" has 'EACCES' inside outside probe syscall socket 2 2 1
    check "/sys shows its network" is "$(inside helper ls /sys/class/net)" lo
    check "a message queue" inside -u 0 helper touch /dev/mqueue/bell
    check "is the other's, too" is "$(inside web ls /dev/mqueue)" bell
    check "not of one outside" is "$(inside outside ls /dev/mqueue)" ""
    inside helper ipcmk -M 4096 >/dev/null
    check "shared memory" is "$(inside web cat /proc/sysvipc/shm | wc -l)" 2
    check "not of one outside" is "$(inside outside cat /proc/sysvipc/shm | wc -l)" 1
    check "its root cannot take the network down" has "Operation not permitted" in_network helper ip link set lo down
    check "nor rename it" has EPERM in_name helper
    check "as one outside can its own" in_network outside ip link set lo down
    check "both" has "^sethostname 0" in_name outside
    check "exec enters them" is "$(inside helper readlink /proc/self/ns/net)" "$(id_of web net)"

    before=$(ids_of web)
    other=$(pid_of helper)
    systemctl restart web
    check "a restart finds the same" is "$(ids_of web)" "$before"
    check "the other goes on" is "$(pid_of helper)" "$other"
    main=$(pid_of web)
    kill -KILL "$main"
    check "so does systemd's" within 10 differ "$(pid_of web)" "$main"
    within 10 active web
    check "and finds the same" is "$(ids_of web)" "$before"
    reload
    check "after a daemon-reload they are kept" is "$(kept)" "$(sort <<<"$before")"
    systemctl daemon-reexec
    check "and after a daemon-reexec" is "$(kept)" "$(sort <<<"$before")"
    cp /etc/caisson/shop.toml /root/shop.toml
    echo 'shares = []' >>/etc/caisson/shop.toml
    reload
    check "with an error in the definition, too" is "$(kept)" "$(sort <<<"$before")"
    mv /root/shop.toml /etc/caisson/shop.toml
    reload
    systemctl stop web helper
    check "with no process in them" is "$(kept)" "$(sort <<<"$before")"
    systemctl start web helper
    check "all have restarted, the namespaces are the same" is "$(ids_of helper)" "$before"

    systemctl start own
    check "a container's own words come first: network" is "$(id_of own net)" "$(host_id net)"
    check "ipc" differ "$(id_of own ipc)" "$(id_of web ipc)"
    check "and the rest is the pod's" is "$(id_of own uts)" "$(id_of web uts)"

    check "list names the pod" is "$(caissonctl list --json | awk -F '"' '$2 == "name" { name = $4 } $2 == "pod" { print name, $4 }' | paste -sd,)" "helper shop,outside ,own shop,web shop"
    check "status has the pod" has "shop - Shop" caissonctl status shop
    check "and its containers" has "helper \\(active\\)" caissonctl status shop
    check "show has its units" has '^FileDescriptorStoreMax=3$' caissonctl show --unit shop
    systemctl restart shop-pod
    check "with the pod's service its containers restart" within 20 active web helper shop-pod
    check "in new namespaces" differ "$(ids_of web)" "$before"
    check "in common" is "$(ids_of web)" "$(ids_of helper)"
    check "and the old ones are gone" is "$(kept)" "$(ids_of web | sort)"

    mv /run/caisson/pods/shop /run/caisson/shop.saved
    check "without them a container does not start" fails systemctl restart helper
    check "and says what to do" within 5 has "namespace net: pod shop: not running; systemctl start shop-pod.service" logs helper
    # Such an inode exists, but systemd does not keep it, or as another kind.
    awk -v id="$(stat -Lc %i "/proc/$(pid_of outside)/ns/net")" '{ print $1, $1 == "net" ? id : $2 }' /run/caisson/shop.saved >/run/caisson/pods/shop
    check "another's namespace is not taken" fails systemctl restart helper
    awk -v id="$(id_of web uts | tr -dc 0-9)" '{ print $1, $1 == "net" ? id : $2 }' /run/caisson/shop.saved >/run/caisson/pods/shop
    check "nor one of another kind" fails systemctl restart helper
    check "it says so" within 5 has "namespace net: pod shop: systemd does not keep it any more; systemctl restart" logs helper
    mv /run/caisson/shop.saved /run/caisson/pods/shop
    systemctl reset-failed helper
    check "with them it starts" systemctl start helper

    systemctl stop outside $slice
    check "the slice stops them all" inactive web helper own shop-pod $slice
    check "nothing is kept any more" is "$(kept)" ""
    check "nothing is left" within 5 leaves_nothing web helper own
    check "no list" is "$(ls /run/caisson/pods)" ""
    check "cleaning up again does no harm" /usr/libexec/caisson/caisson-runtime cleanup-pod shop

    # Else the next starts would be too many in ten seconds.
    systemctl reset-failed
    check "caissonctl starts a pod" caissonctl start shop
    check "and waits for its containers" active web helper
    main=$(pid_of web)
    check "restarts it" caissonctl restart shop
    check "with all in it" differ "$(pid_of web)" "$main"
    check "stops it" caissonctl stop shop
    check "with all in it" inactive web helper shop-pod $slice
    check "a stopped pod has the exit status of one" is "$(caissonctl status shop >/dev/null; echo $?)" 3

    echo "# what is shared"
    systemctl reset-failed
    pod 'share = ["network"]
autostart = false'
    reload
    check "a pod that is not to start at boot" has_not multi-user.target systemctl show -p WantedBy $slice
    systemctl start web
    check "a container brings its pod along" within 10 active web shop-pod $slice
    check "and with it the others" within 10 active helper
    check "network" is "$(kept)" "$(id_of web net)"
    check "uts is its own" is "$(inside web hostname)" web
    systemctl stop $slice
    port=8080
    pod 'share = []'
    reload
    systemctl start web helper
    check "nothing in common" differ "$(id_of web net)" "$(id_of helper net)"
    check "but the slice" is "$(property helper Slice)" $slice
    check "there is no service for it" is "$(property shop-pod LoadState)" not-found
    systemctl stop $slice
    check "the slice stops them" inactive web helper
    port=80

    echo "# errors"
    systemctl reset-failed
    pod 'share = ["pid"]'
    reload
    check "pid is refused" has 'pod.share: "pid" is not implemented yet' caissonctl check
    define shop.toml <<X
[pod]
share = ["netwrk"]
X
    { member web '"sleep", "infinity"' ""; } | define web.toml
    reload
    check "a pod with an error fails its containers" fails systemctl start web
    check "which name its error" within 5 has 'web.toml:3:7: error: .*shop' logs web
    check "and where it is" has '/etc/caisson/shop.toml:1:1' logs web
    check "it says the error itself" fails systemctl start shop-pod
    check "with its place" within 5 has '/etc/caisson/shop.toml:2:10: error: pod.share: "netwrk" is none of' logs shop-pod
    rm /etc/caisson/web.toml

    if has_controller pids; then
        pod 'resources = { tasks_max = 20 }'
        reload
        systemctl start "$slice"
        within 10 active web helper
        check "the ceiling" is "$(tasks_of "$slice" pids.max)" 20
        inside web probe fork 9 -- sleep 60 &
        one=$!
        within 5 tasks_above 8
        check "is of all together" has EAGAIN timeout 20 caissonctl exec helper probe fork 15
        kill "$one"
        wait "$one" 2>/dev/null
        systemctl stop $slice
    fi
    if has_controller memory; then
        pod 'resources = { memory_max = "96M", memory_swap_max = "0" }'
        reload
        systemctl start "$slice"
        within 20 active web helper
        check "memory: one fits" inside web probe allocate 64M
        inside web probe allocate 64M -- sleep 60 &
        one=$!
        within 20 uses_more_than 60000000
        check "memory: two do not" fails inside helper probe allocate 64M
        kill "$one" 2>/dev/null
        wait "$one" 2>/dev/null
        check "memory: the kernel has counted it for the pod" has '^oom_kill [1-9]' tasks_of $slice memory.events
        systemctl stop $slice
    fi
    rm /etc/caisson/*.toml
    systemctl reset-failed
    reload
    check "nothing is left at the end" within 5 leaves_nothing web helper own outside
done
finish
