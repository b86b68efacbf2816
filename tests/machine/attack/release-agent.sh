#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The program that the kernel runs, as the host's root, when a control group of the old hierarchy is empty. Weakened: no user
# namespace, no filter, CAP_SYS_ADMIN, the host's cgroup namespace.
set -uo pipefail
. "$(dirname "$0")/attack.sh"

vm_only
attack <<'SH'
mkdir -p /scratch
mount -t cgroup -o none,name=attack cgroup /scratch 2>/dev/null || exit 0
(echo /attack >/scratch/release_agent) 2>/dev/null && escaped "release_agent"
umount /scratch
SH
weakened <<'TOML'
user_namespace.mode = "host"
namespaces.cgroup = "host"
security.seccomp = "unconfined"
security.capabilities.add = ["SYS_ADMIN"]
TOML
holds "no old hierarchy can be mounted"
detects
finish
