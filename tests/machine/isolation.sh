#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What a container with default settings sees from the inside, and what it does not.
# shellcheck disable=SC2016  # $ in definitions is the container's
set -uo pipefail
. "$(dirname "$0")/expect.sh"

touch /srv/canary
mkdir -p /srv/share/deep && echo shared >/srv/share/file
mount -t tmpfs tmpfs /srv/share/deep && echo deep >/srv/share/deep/file
printf 'FROM_FILE=one two\nQUOTED="a b"\n' >/srv/vars
for placement in scope service; do
    define "box-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/debian" }
placement = "$placement"
hostname = "inside"
umask = "0027"
working_directory = "/tmp"
environment = { GREETING = "hello world", FROM_FILE = "overridden" }
environment_file = ["/srv/vars", "-/srv/absent"]
command = ["/bin/probe", "sleep", "infinity"]
[[container.mount]]
source = "/srv/share"
target = "/share"
read_only = true
[[container.mount]]
source = "/srv/share/file"
target = "/one/file"
[[container.mount]]
source = "/srv/absent"
target = "/absent"
optional = true
[[container.mount]]
type = "tmpfs"
target = "/scratch"
size = "1M"
mode = "0700"
X
    define "plain-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/debian" }
placement = "$placement"
user = "app"
groups = ["extra"]
command = ["/bin/probe", "ids", "--", "caps", "--", "fds", "--", "env", "--", "cwd", "--", "umask", "--", "hostname", "--", "sleep", "infinity"]
X
done
define open.toml <<X
[container]
rootfs = { directory = "/srv/rootfs/debian" }
network = { mode = "host" }
command = ["/bin/probe", "sleep", "infinity"]
X
reload
systemctl start {box,plain}-{scope,service} open

for placement in scope service; do
    box=box-$placement
    inside() { caissonctl exec "$box" -- "$@"; }
    pid=$(property "$box" MainPID)
    root=/proc/$pid/root
    for namespace in mnt pid net uts ipc cgroup; do
        check "$placement: a $namespace namespace of its own" \
            fails test "$(readlink "/proc/$pid/ns/$namespace")" = "$(readlink "/proc/self/ns/$namespace")"
    done
    check "$placement: it is PID 1" has '^NSpid:.*[[:space:]]1$' cat "/proc/$pid/status"
    check "$placement: its cgroup is its root" has '^0::/$' inside cat /proc/1/cgroup
    check "$placement: the host name" is "$(inside hostname)" inside
    check "$placement: the host keeps its own" fails test "$(hostname)" = inside
    check "$placement: only loopback, and it is up" has '^lo .*UNKNOWN|127.0.0.1' inside sh -c 'cat /proc/net/fib_trie'
    check "$placement: no other interface" is "$(inside sh -c 'ls /sys/class/net')" lo
    check "$placement: the environment" has '^GREETING=hello world' tr '\0' '\n' <"/proc/$pid/environ"
    check "$placement: files override" has '^FROM_FILE=one two' tr '\0' '\n' <"/proc/$pid/environ"
    check "$placement: container= is set" has '^container=caisson' tr '\0' '\n' <"/proc/$pid/environ"
    check "$placement: nothing of the service's own environment" \
        has_not 'INVOCATION_ID|JOURNAL_STREAM|LISTEN|MAINPID' tr '\0' '\n' <"/proc/$pid/environ"
    check "$placement: the umask" has '^Umask:[[:space:]]+0027' cat "/proc/$pid/status"
    check "$placement: the working directory" is "$(readlink "/proc/$pid/cwd")" /tmp
    check "$placement: no canary of the host" fails test -e "$root/srv/canary"
    check "$placement: the old root is gone" is "$(inside sh -c 'cd / && cd .. && ls /srv/canary 2>&1 | head -1')" \
        "ls: cannot access '/srv/canary': No such file or directory"
    check "$placement: every mount is below its root" has_not '/var/lib/caisson|/srv/rootfs/debian /' awk '{print $4, $5}' "/proc/$pid/mountinfo"

    for path in /proc/sys/kernel/core_pattern /proc/sysrq-trigger /sys/kernel/uevent_helper /sys/fs/cgroup/cgroup.procs /proc/irq/default_smp_affinity /proc/bus; do
        check "$placement: $path is not writable" has_not '^writable .* yes' inside /bin/probe writable "$path"
    done
    for path in /proc/kcore /proc/keys /proc/timer_list /proc/interrupts /proc/latency_stats; do
        check "$placement: $path says nothing" is "$(inside sh -c "cat $path 2>/dev/null | wc -c")" 0
    done
    check "$placement: /sys/firmware is empty" is "$(inside sh -c 'ls -A /sys/firmware 2>/dev/null')" ""
    for node in null zero full random urandom tty; do
        check "$placement: /dev/$node is a device" inside test -c "/dev/$node"
    done
    check "$placement: no other device" is "$(inside find /dev -type b -o -type c -not -path '/dev/pts/*' -not -name null \
        -not -name zero -not -name full -not -name random -not -name urandom -not -name tty)" ""
    check "$placement: fd links" is "$(inside readlink /dev/stdout)" /proc/self/fd/1
    check "$placement: pseudoterminals" inside test -c /dev/ptmx
    check "$placement: shared memory" inside sh -c 'echo x >/dev/shm/x'
    check "$placement: a message queue file system" has 'mqueue' inside cat /proc/self/mountinfo
    check "$placement: no new device nodes" fails inside mknod /tmp/sda b 8 0

    check "$placement: a mount is there" is "$(inside cat /share/file)" shared
    check "$placement: with what is mounted in it" is "$(inside cat /share/deep/file)" deep
    check "$placement: read-only" fails inside sh -c 'echo x >/share/file'
    check "$placement: all of it" fails inside sh -c 'echo x >/share/deep/file'
    check "$placement: a file mount" is "$(inside cat /one/file)" shared
    check "$placement: an optional source may be missing" fails inside test -e /absent
    check "$placement: a tmpfs of its size" has '^tmpfs +1024 ' inside df -k /scratch
    check "$placement: of its mode" is "$(inside stat -c %a /scratch)" 700
    check "$placement: mounts are nosuid and nodev" has ' /share ro,nosuid,nodev' cat "/proc/$pid/mountinfo"

    check "$placement: seccomp is on" has '^Seccomp:[[:space:]]+2' cat "/proc/$pid/status"
    check "$placement: no new privileges" has '^NoNewPrivs:[[:space:]]+1' cat "/proc/$pid/status"
    check "$placement: the default bounding set" has '^CapBnd:[[:space:]]+00000000800405fb' cat "/proc/$pid/status"
    check "$placement: nothing inheritable" has '^CapInh:[[:space:]]+0000000000000000' cat "/proc/$pid/status"
    for call in mount umount2 unshare setns keyctl add_key bpf perf_event_open userfaultfd io_uring_setup \
        open_by_handle_at reboot kexec_load init_module swapon acct; do
        check "$placement: $call is refused" has "^$call -1 EPERM" inside /bin/probe syscall "$call"
    done
    check "$placement: clone3 is not there" has '^clone3 -1 ENOSYS' inside /bin/probe syscall clone3
    check "$placement: a call of the future is not there" has '^[^ ]+ -1 ENOSYS' inside /bin/probe syscall 500
    check "$placement: AF_ALG is refused" has '^socket -1 EPERM' inside /bin/probe syscall socket 38 5 0
    check "$placement: AF_VSOCK is refused" has '^socket -1 EPERM' inside /bin/probe syscall socket 40 1 0
    check "$placement: AF_INET is not" has_not '^socket -1' inside /bin/probe syscall socket 2 1 0
    check "$placement: fds are the standard ones" is "$(find "/proc/$pid/fd" -type l -printf '%f\n' | sort -n | tr '\n' ' ')" "0 1 2 "
    check "$placement: an ephemeral root takes writes" inside sh -c 'echo x >/root-was-here'
    check "$placement: which its layer does not see" fails test -e /srv/rootfs/debian/root-was-here
    check "$placement: exec has what the payload has" is \
        "$(inside grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status)" \
        "$(grep -E '^(Cap|NoNewPrivs|Seccomp:)' "/proc/$pid/status")"
    # shellcheck disable=SC2016  # the container's shell expands it
    check "$placement: what exec's caller has open stays outside" \
        fails caissonctl exec "$box" -- sh -c 'cat /proc/self/fd/9/etc/passwd' 9</
    check "$placement: exec as a user" has '^uid 1000' caissonctl exec --user app "$box" -- /bin/probe ids

    plain=plain-$placement
    check "$placement: a named user" within 10 has '^uid 1000$' logs "$plain"
    check "$placement: its group" within 10 has '^gid 1000$' logs "$plain"
    check "$placement: and more" within 10 has '^groups 2000' logs "$plain"
    check "$placement: it has no capability" within 10 has '^CapEff 0000000000000000' logs "$plain"
    check "$placement: nor can it get one" within 10 has '^CapPrm 0000000000000000' logs "$plain"
    check "$placement: the default umask" within 10 has '^umask 0?022' logs "$plain"
    check "$placement: named after the container" within 10 has "^hostname $plain\$" logs "$plain"
done
check "network.mode host: the host's network" is \
    "$(readlink "/proc/$(property open MainPID)/ns/net")" "$(readlink /proc/self/ns/net)"
check "network.mode host: the other namespaces are its own" fails test \
    "$(readlink "/proc/$(property open MainPID)/ns/uts")" = "$(readlink /proc/self/ns/uts)"
systemctl stop {box,plain}-{scope,service} open
umount /srv/share/deep
check "nothing is left" leaves_nothing {box,plain}-{scope,service} open
finish
