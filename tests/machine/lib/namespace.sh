# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Back end "namespace", the part before namespace.py.

namespace_ensure() {
    root=$(root_ensure "$suite")
}

# Where systemd manages the one cgroup tree, a delegated scope is the place to make cgroups.
namespace_wrapper() {
    if [[ -d /run/systemd/system && -e /sys/fs/cgroup/cgroup.controllers ]]; then
        wrapper=(systemd-run --quiet --scope --property=Delegate=yes "--unit=caisson-machine-${run##*.}"
            env MACHINE_DELEGATED=yes)
    fi
}

namespace_start() {
    local options=()
    namespace_wrapper
    apt_need setpriv=util-linux ip=iproute2
    namespace_ensure
    containers=$(containers_ensure "$root" "$probe")
    cache_hold "$root"
    cache_hold "$containers"
    [[ $1 != shell ]] || options+=(--shell)
    job_drive namespace.py --root "$root" --containers "$containers" --state "$state" "${options[@]}"
}
