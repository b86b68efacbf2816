#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The show of ./try, run inside the machine: every command before its output, as at a prompt.
set -euo pipefail
examples=$(dirname "$(readlink -f "$0")")/../examples
export SYSTEMD_PAGER='' SYSTEMD_COLORS=0 LC_ALL=C.UTF-8

say() {
    printf '\n# %s\n' "$*"
}

show() {
    printf '\n$ %s\n' "$*"
    eval "$*"
}

say "A root file system: a directory with a static busybox in it."
show mkdir -p /srv/try/bin /srv/www /etc/caisson
show cp /bin/busybox /srv/try/bin/ '&&' ln -s busybox /srv/try/bin/sh
for directory in proc sys dev run tmp srv/www; do
    mkdir -p "/srv/try/$directory"
done
show "echo 'Hello from a container.' > /srv/www/index.html"
sed 's,/srv/rootfs/busybox,/srv/try,' "$examples/hello.toml" >/etc/caisson/hello.toml
sed 's,/srv/rootfs/busybox,/srv/try,' "$examples/web.toml" >/etc/caisson/web.toml

say "Two containers are declared as files, as configuration management would."
show cat /etc/caisson/hello.toml
show cat /etc/caisson/web.toml
show caissonctl check
show systemctl daemon-reload

say "They are ordinary services."
show systemctl start hello web
show systemctl status --no-pager --lines=3 hello web
show journalctl --no-pager -o cat -u hello
show caissonctl list
show caissonctl status web

say "The web server answers, from inside its container."
show curl -sS --retry 5 --retry-connrefused http://127.0.0.1:8080/

say "Stopped, nothing of them is left."
show systemctl stop hello web
show systemctl is-active hello web '||' true
[[ -z $(pgrep -f caisson- || true) ]]
say "That was all. ./try --shell leaves you in such a machine."
