# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# A job is a directory tree that is laid over the machine's root: the current build, the payload, scripts, the agent's orders.

# The run's directory is locked until this process and its driver have ended.
job_make() {
    cache_directory runs/run
    run=$made
    trap 'rm -rf --one-file-system "$run"' EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    chmod 755 "$run"
    stage=$run/stage
    wrapper=()
    nonce=$(tr -dc a-f0-9 </dev/urandom 2>/dev/null | head -c 16 || true)
    mkdir -p "$stage"/run/machine/tree "$stage"/usr/local/bin
    build_install "$stage"
    probe=$(probe_ensure)
    install -m755 "$probe" "$stage/usr/local/bin/probe"
    [[ $backend == vm ]] || job_agent "$stage"
    job_ship "$here"
    ln -s tree/tests/machine "$stage/run/machine/tests"
    job_scripts
    job_orders "$1"
    job_output
}

# The agent is no part of the cached root, so that a change of it costs no new root.
job_agent() {
    local system=etc/systemd/system
    install -D -m755 "$here/guest/agent" "$1/usr/local/sbin/machine-agent"
    install -D -m644 "$here/guest/agent.service" "$1/$system/machine-agent.service"
    mkdir -p "$1/$system/multi-user.target.wants"
    ln -sfn ../machine-agent.service "$1/$system/multi-user.target.wants/machine-agent.service"
}

# job_ship PATH: puts a file or directory of the source tree at its place below /run/machine/tree.
job_ship() {
    local path
    path=$(readlink -f "$1") || die "no such file: $1"
    [[ $path == "$tree"/* ]] || die "not in the source tree: $1"
    local target="$stage/run/machine/tree/${path#"$tree"/}"
    mkdir -p "${target%/*}"
    cp -a --no-preserve=ownership "$path" -T "$target"
}

# A script of the source tree comes with its siblings, and with what it names in a line "# Ships: PATH..."; any other comes
# alone.
job_scripts() {
    local script path inside count=0 ships
    : >"$stage/run/machine/scripts"
    for path in "${with[@]}"; do
        job_ship "$path"
    done
    for script in "${scripts[@]}"; do
        count=$((count + 1))
        [[ -f $script ]] || die "no such script: $script"
        path=$(readlink -f "$script")
        if [[ ${path%/*} == "$tree"/?* ]]; then
            inside=/run/machine/tree/${path#"$tree"/}
            job_ship "${path%/*}"
            readarray -t ships < <(sed -n 's/^# Ships: //p' "$path" | tr ' ' '\n')
            for path in "${ships[@]}"; do
                job_ship "$tree/$path"
            done
            chmod a+x "$stage$inside"
        else
            inside=/run/machine/given/$count/${path##*/}
            install -D -m755 "$path" "$stage$inside"
        fi
        printf '%s\n' "$inside" >>"$stage/run/machine/scripts"
    done
}

job_orders() {
    printf 'backend=%s suite=%s\n' "$backend" "$suite"
    if [[ $1 == shell ]]; then
        printf 'terminal=%q window=%q\n' "${TERM:-dumb}" "$(stty size 2>/dev/null || echo 24 80)"
    fi
    printf 'nonce=%s limit=%s mode=%s built=%s\n' "$nonce" "$limit" "$1" "$([[ $build == none ]] || echo yes)"
} >"$stage/run/machine/job"

job_output() {
    [[ -n $output ]] || return 0
    mkdir -p "$output"
    ln -s "$(readlink -f "$output")" "$run/output"
}

job_signalled() {
    signalled=$1
    kill "$driver" 2>/dev/null || true
}

# job_drive DRIVER ARGUMENTS...: the driver runs beside this shell, which passes signals on and, whatever becomes of either,
# removes what the run has left on disk. If this shell is killed the driver is told.
job_drive() {
    local program=$1 status signalled=''
    shift
    setpriv --pdeathsig TERM "${wrapper[@]}" "$python" -B "$here/$program" --run "$run" --nonce "$nonce" \
        --timeout "$limit" "$@" -- "${scripts[@]}" <&0 &
    driver=$!
    trap 'job_signalled 129' HUP
    trap 'job_signalled 130' INT
    trap 'job_signalled 143' TERM
    while true; do
        status=0
        wait "$driver" || status=$?
        kill -0 "$driver" 2>/dev/null || break
    done
    exit "${signalled:-$status}"
}

# The container payload: static, so that it runs on any root.
probe_ensure() (
    probe="$cache/probe-$(cache_key "$here"/probe*.[ch])"
    cache_lock probe
    if [[ ! -x $probe ]]; then
        apt_need gcc=gcc /usr/include/stdio.h=libc6-dev
        quietly probe gcc -static -O2 -Wall -Wextra -o "$probe.tmp" "$here"/probe*.c || die "cannot compile the probe"
        mv "$probe.tmp" "$probe"
        cache_prune probe "$probe"
    fi
    printf '%s\n' "$probe"
)
