#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# systemctl reload: a signal that arrives or an error, or a command inside whose status is the result.
# shellcheck disable=SC2016  # $ in definitions is the container's
set -uo pipefail
. "$(dirname "$0")/expect.sh"

# count NAME PATTERN NUMBER
count() {
    [[ $(logs "$1" | grep -cE -- "$2") == "$3" ]]
}

waits='while :; do sleep 0.1; done'
traps="trap \"echo got HUP\" HUP; trap \"exit 0\" TERM; echo ready; $waits"
for placement in scope service; do
    # one NAME LINES
    one() {
        define "$1-$placement.toml" <<X
[container]
rootfs = { directory = "/srv/rootfs/busybox" }
placement = "$placement"
restart = "no"
stop_timeout = "2s"
$2
X
    }
    one signal "command = ['/bin/sh', '-c', '$traps']
reload = { signal = 'SIGHUP' }"
    one init "init = true
command = ['/bin/sh', '-c', '$traps']
reload = { signal = 'HUP' }"
    one deaf 'command = ["/bin/probe", "sleep", "infinity"]
reload = { signal = "SIGHUP" }'
    one shared 'command = ["/bin/probe", "sleep", "infinity"]
reload = { signal = "SIGHUP" }
namespaces = { pid = "host" }'
    one command 'command = ["/bin/probe", "sleep", "infinity"]
user = "app"
reload = { command = ["/bin/sh", "-c", "echo on $(hostname) as $(id -u); echo to stderr >&2; test ! -e /tmp/fail || exit 7"] }'
    one absent 'command = ["/bin/probe", "sleep", "infinity"]
reload = { command = ["/bin/absent"] }'
    one none 'command = ["/bin/probe", "sleep", "infinity"]'
done
reload

for placement in scope service; do
    for kind in signal init; do
        name=$kind-$placement
        systemctl start "$name"
        check "$name: is ready" within 10 has '^ready$' logs "$name"
        pid=$(property "$name" MainPID)
        check "$name: systemctl reload" systemctl reload "$name"
        check "$name: the signal arrives, once" within 5 count "$name" '^got HUP$' 1
        check "$name: caissonctl reload" caissonctl reload "$name"
        check "$name: does the same" within 5 count "$name" '^got HUP$' 2
        check "$name: it is the same process" is "$(property "$name" MainPID) $(property "$name" ActiveState)" "$pid active"
        systemctl stop "$name"
    done

    for kind in deaf shared; do
        name=$kind-$placement
        systemctl start "$name"
        check "$name: what would be lost is an error" fails systemctl reload "$name"
        check "$name: of one line" within 5 has \
            "^$name: reload: SIGHUP was not sent: the payload neither catches nor blocks it\$" logs "$name"
        check "$name: caissonctl says that it failed" has "^caissonctl: $name: reload: |^$name: reload: " caissonctl reload "$name"
        check "$name: it runs on" state_is "$name" active
        systemctl stop "$name"
    done

    name=command-$placement
    systemctl start "$name"
    check "$name: the command succeeds" systemctl reload "$name"
    check "$name: it ran inside, as the payload's user" within 5 has "^on $name as 1000\$" logs "$name"
    check "$name: all that it says is in the unit's journal" within 5 has '^to stderr$' logs "$name"
    caissonctl exec --user 0 "$name" -- touch /tmp/fail
    check "$name: its failure is that of the reload" fails systemctl reload "$name"
    check "$name: with its status" has 'status=7|7/' journalctl -u "$name" --no-pager
    check "$name: systemd has it as the result" is "$(property "$name" ReloadResult)" exit-code
    check "$name: it runs on" state_is "$name" active
    check "$name: caissonctl fails, too" fails caissonctl reload "$name"
    systemctl stop "$name"
    check "$name: what does not run cannot reload" fails systemctl reload "$name"
    check "$name: nor does the runtime try" has "^(caisson-runtime: )?$name: reload: not running\$" \
        /usr/libexec/caisson/caisson-runtime reload "$name"

    name=absent-$placement
    systemctl start "$name"
    check "$name: a command that is not there is a failed reload" fails systemctl reload "$name"
    check "$name: and says so" within 5 has 'execute /bin/absent: No such file or directory' logs "$name"
    systemctl stop "$name"

    name=none-$placement
    systemctl start "$name"
    check "$name: without a way to reload there is none" fails systemctl reload "$name"
    check "$name: and caissonctl names another" has "does not define a way to reload; use 'caissonctl restart $name'" \
        caissonctl reload "$name"
    systemctl stop "$name"
done
systemctl reset-failed
check "nothing is left" leaves_nothing {signal,init,deaf,shared,command,absent,none}-{scope,service}
finish
