# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# What goes wrong meanwhile: sourced by soak.sh. Each fault is a line in $faults.

faults=$(mktemp)
injectors=()

fault() {
    echo "$1" >>"$faults"
}

# victim PATTERN: one of the processes whose command line matches.
victim() {
    pgrep -f "$1" | shuf -n 1
}

kill_payloads() {
    local pid
    while sleep "0.$((RANDOM % 2))5"; do
        pid=$(systemctl show --value -p MainPID "$(shuf -n 1 -e "$@")")
        # The first process may be the runtime still: that is the next one's.
        [[ $(readlink "/proc/$pid/exe") == */probe ]] && kill -9 "$pid" && fault "payload killed"
    done 2>/dev/null
}

kill_runtimes() {
    local pid
    while sleep "0.$((RANDOM % 3))5"; do
        pid=$(victim '^/usr/libexec/caisson/caisson-runtime (start|cleanup)') && kill -9 "$pid" && fault "runtime killed"
    done 2>/dev/null
}

kill_companions() {
    local pid
    while sleep "0.$((RANDOM % 9 + 1))"; do
        pid=$(victim '^caisson-companion') && kill -9 "$pid" && fault "companion killed"
    done 2>/dev/null
}

reload_systemd() {
    while sleep 1; do
        systemctl daemon-reload 2>/dev/null && fault "daemon-reload"
    done
}

# full FILE: its file system, for a second.
full() {
    dd if=/dev/zero of="$1" bs=1M status=none 2>/dev/null
    sleep 1
    rm -f "$1"
    fault "$(df --output=target "${1%/*}" | tail -n 1) full"
}

disturb() {
    while sleep 1; do
        case $((RANDOM % 4)) in
        0) full /var/lib/caisson/fill ;;
        1) full /run/fill ;;
        2) systemctl restart systemd-journald && fault "journald restarted" ;;
        3) systemctl restart dbus && fault "D-Bus restarted" ;;
        esac
        # A namespace would change the host's clock.
        if [[ ${MACHINE_BACKEND:-} == vm ]]; then
            date -s '+1 hour' >/dev/null && sleep 1 && date -s '-1 hour' >/dev/null && fault "clock jumped"
        fi
    done
}

begin_faults() {
    kill_payloads "$@" &
    injectors=($!)
    kill_runtimes &
    injectors+=($!)
    kill_companions &
    injectors+=($!)
    reload_systemd &
    injectors+=($!)
    disturb &
    injectors+=($!)
}

end_faults() {
    local pid
    for pid in "${injectors[@]}"; do
        kill "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
    done
    rm -f /var/lib/caisson/fill /run/fill
}

report_faults() {
    sort "$faults" | uniq -c | sed 's/^ */faults: /'
    echo "faults in all: $(wc -l <"$faults")"
    rm -f "$faults"
}
