#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The part of start.sh that runs inside the test machine, in the directory of the compiled programs. One root for
# all: on the disk, with nothing in it but the payload. Caisson and the floor make an ephemeral overlay over it; the
# others mount it read-only and have no overlay to pay for.
set -euo pipefail
rounds=${1:-30} crowds=${2:-5}
programs=$PWD
bench=/var/lib/caisson/bench
root=$bench/root
shared=/run/bench
units=/run/systemd/system

prepare_root() {
    mkdir -p "$root"/{bench,dev,etc,proc,run,sys,tmp,usr,var} "$shared" "$units"
    cp "$programs/payload" "$root/payload"
    cp "$programs/floor" "$bench/"
    mkfifo "$shared/fifo"
}

unit() {
    cat >"$units/$1"
}

# both NAME <<TEXT: a service, and a template of it for a hundred. Without the slice every template would get
# one of its own, which takes time to make.
both() {
    sed '$a Slice=system.slice' | tee "$units/$1.service" >"$units/$1@.service"
}

define_plain() {
    both plain <<TEXT
[Service]
Type=exec
ExecStart=$root/payload $shared/fifo
TEXT
}

define_floor() {
    both floor <<TEXT
[Service]
Type=exec
ExecStart=$bench/floor $root $bench/floor-%n $shared /payload /bench/fifo
TEXT
}

define_systemd() {
    unit sandbox.service <<TEXT
[Service]
Type=exec
ExecStart=/payload /bench/fifo
RootDirectory=$root
MountAPIVFS=yes
BindPaths=$shared:/bench
PrivateMounts=yes
PrivateNetwork=yes
PrivateIPC=yes
PrivateDevices=yes
PrivateTmp=yes
ProtectHostname=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
NoNewPrivileges=yes
TEXT
}

define_nspawn() {
    unit nspawn.service <<TEXT
[Service]
Type=notify
ExecStart=systemd-nspawn --quiet --keep-unit --register=no --settings=no --link-journal=no --machine=bench \
    --directory=$root --read-only --private-network --bind=$shared:/bench --kill-signal=SIGTERM --console=pipe \
    -- /payload /bench/fifo
KillMode=mixed
Delegate=yes
Slice=machine.slice
TEXT
}

# What `crun spec` and `runc spec` write: capabilities, masked paths, all namespaces; but no seccomp filter. Without
# device rules: for these crun 1.8 needs CAP_SYS_RESOURCE, which a test machine may lack.
define_oci() {
    local name=$1 cgroup=$2 program=${3%% *}
    mkdir -p "$bench/$name"
    (cd "$bench/$name" && "$program" spec)
    jq --arg root "$root" --arg shared "$shared" --arg cgroup "$cgroup" '
        .root = {path: $root, readonly: true} | .process.terminal = false | .process.args = ["/payload", "/bench/fifo"]
        | .mounts += [{destination: "/bench", type: "bind", source: $shared, options: ["bind", "rw"]}]
        | .linux.namespaces = [{type: ("mount", "pid", "uts", "ipc", "cgroup", "network")}]
        | .linux.cgroupsPath = $cgroup | del(.linux.resources.devices)' "$bench/$name/config.json" >"$bench/$name/new"
    mv "$bench/$name/new" "$bench/$name/config.json"
    unit "$name.service" <<TEXT
[Service]
Type=forking
PIDFile=/run/$name.pid
ExecStart=$3 run --detach --bundle $bench/$name --pid-file /run/$name.pid $name
ExecStopPost=$3 delete --force $name
Delegate=yes
TEXT
}

# Not of the machine's packages, so usually not there.
define_quadlet() {
    mkdir -p /etc/containers/systemd
    cat >/etc/containers/systemd/quadlet.container <<TEXT
[Container]
Rootfs=$root
Network=none
Volume=$shared:/bench
Exec=/payload /bench/fifo
TEXT
}

define_caisson() {
    local placement
    mkdir -p /etc/caisson
    for placement in service scope; do
        tee "/etc/caisson/bench-$placement.toml" >"/etc/caisson/bench-$placement@.toml" <<TEXT
[container]
rootfs = { directory = "$root" }
placement = "$placement"
autostart = false
command = ["/payload", "/bench/fifo"]

[[container.mount]]
source = "$shared"
target = "/bench"
TEXT
        # The same with the namespaces that the floor has.
        sed '/^autostart/a user_namespace = { mode = "host" }\nnamespaces = { time = "host" }' \
            "/etc/caisson/bench-$placement.toml" >"/etc/caisson/six-$placement.toml"
    done
}

# crowd NAME: a target that wants a hundred instances of NAME@.service, comes up after them and takes them down.
crowd() {
    local wanted
    wanted=$(printf "$1@%s.service " {1..100})
    printf '[Unit]\nWants=%s\n' "$wanted" | unit "$1-crowd.target"
    mkdir -p "$units/$1@.service.d"
    printf '[Unit]\nPartOf=%s\n' "$1-crowd.target" | unit "$1@.service.d/crowd.conf"
}

describe() {
    echo "systemd $(systemctl --version | awk 'NR == 1 { print $2 }'), $(crun --version | head -n1)," \
        "$(runc --version | head -n1), Linux $(uname -r), $(nproc) processors"
    echo "$rounds rounds of one, $crowds of a hundred; load average before: $(cut -d' ' -f1-3 /proc/loadavg)"
}

singles() {
    one=(
        "plain service=plain.service"
        "C floor=floor.service"
        "Caisson, placement service=bench-service.service"
        "Caisson, placement scope=bench-scope.service"
        "the same, the floor's namespaces=six-service.service"
        "scope, the floor's namespaces=six-scope.service"
        "crun, cgroups disabled=crun-disabled.service"
        "crun, systemd's cgroups=crun-systemd.service"
        "runc, cgroupfs=runc-cgroupfs.service"
        "runc, systemd's cgroups=runc-systemd.service"
        "systemd's own sandboxing=sandbox.service"
        "systemd-nspawn --keep-unit=nspawn.service"
    )
    if command -v podman >/dev/null; then
        define_quadlet
        one+=("Podman Quadlet, no network=quadlet.service")
    fi
}

crowds() {
    local name
    hundred=(
        "plain service=plain"
        "C floor=floor"
        "Caisson, placement service=bench-service"
        "Caisson, placement scope=bench-scope"
    )
    for name in "${hundred[@]#*=}"; do
        crowd "$name"
    done
    hundred=("${hundred[@]/%/-crowd.target}")
}

prepare_root
define_plain
define_floor
define_systemd
define_nspawn
define_oci crun-disabled bench-crun-disabled "crun --cgroup-manager=disabled"
define_oci crun-systemd system.slice:crun:bench "crun --systemd-cgroup"
define_oci runc-cgroupfs /bench-runc "runc"
define_oci runc-systemd system.slice:runc:bench "runc --systemd-cgroup"
define_caisson
singles
crowds
systemctl daemon-reload
describe
echo
"$programs/measure" "$shared/fifo" "$rounds" 1 "${one[@]}"
echo
"$programs/measure" "$shared/fifo" "$crowds" 100 "${hundred[@]}"
echo
echo "load average after: $(cut -d' ' -f1-3 /proc/loadavg)"
