#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What ./try shows: the examples hello and web, from their files to an answer over HTTP, as a transcript in which every
# command stands before its output. The first thing that does not work ends it.
set -uo pipefail
. "$(dirname "$0")/expect.sh"
examples=$(readlink -f "$(dirname "$0")")/../../examples
export SYSTEMD_COLORS=0 SYSTEMD_PAGER='' COLUMNS=110

say() {
    printf '\n=== %s\n' "$*"
}

# show COMMAND-LINE [PATTERN...]: it succeeds, and each pattern matches what it prints.
show() {
    local line=$1 output status pattern
    printf '\n# %s\n' "$line"
    output=$(eval "$line" 2>&1)
    status=$?
    [[ -z $output ]] || printf '%s\n' "$output"
    ((status == 0)) || { echo "=== That has failed with status $status." && exit 1; }
    shift
    for pattern; do
        grep -qE -- "$pattern" <<<"$output" || { echo "=== There should have been: $pattern" && exit 1; }
    done
}

# The machine has ready-made roots of containers for its tests; here one is made by hand.
mkdir -p /srv/rootfs
mount -t tmpfs rootfs /srv/rootfs
clean_up() {
    systemctl stop hello web 2>/dev/null
    umount /srv/rootfs
    rm -rf /srv/www /etc/caisson/{hello,web}.toml
    reload
}
# Who gets a shell afterwards may want to go on with it.
grep -qw mode=shell /run/machine/job || trap clean_up EXIT
cd "$examples" || exit 1

say "A root file system: any directory with programs in it. The smallest is a static busybox."
show 'mkdir -p /srv/rootfs/busybox/bin'
show 'cp /bin/busybox /srv/rootfs/busybox/bin/'
show 'ln -s busybox /srv/rootfs/busybox/bin/sh'
say "Something for the web server to serve."
show 'mkdir -p /srv/www'
show 'echo "<h1>Served by a container</h1>" >/srv/www/index.html'

say "The definitions."
show 'mkdir -p /etc/caisson'
show 'cp hello.toml web.toml /etc/caisson/'
show 'cat /etc/caisson/hello.toml' '^\[container\]'
show 'cat /etc/caisson/web.toml' '^\[container\]'
show 'caissonctl check'

say "systemd takes it from here."
show 'systemctl daemon-reload'
show 'systemctl start hello web'
within 10 has '^Hello from' logs hello
within 10 curl -s http://127.0.0.1:8080/
show 'systemctl status hello web' '● hello.service - Says hello' '● web.service - Static web server' 'Active: active \(running\)'
show 'journalctl -u hello --no-pager' 'Hello from hello$'

say "The same as caissonctl sees it."
show 'caissonctl list' 'hello +running' 'web +running'
show 'caissonctl status web' 'web\.service|Static web server'

say "An answer from the container."
show 'curl -s http://127.0.0.1:8080/' '^<h1>Served by a container</h1>$'

say "And away."
show 'systemctl stop hello web'
show 'systemctl show -p Id,ActiveState,Result hello web' 'Id=hello' 'ActiveState=inactive' 'Result=success'
show 'caissonctl list' 'hello +(stopped|inactive)'
state_is hello inactive && state_is web inactive && leaves_nothing hello web
