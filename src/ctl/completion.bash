# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# What bash offers after caissonctl: verbs, their options, and containers. Needs nothing of bash-completion but to be
# found by it.

# __caissonctl_containers STATES: names of those in one of the states, an extended regular expression.
__caissonctl_containers() {
    caissonctl list --json 2>/dev/null | awk -v states="^($1)\$" -F '"' '
        /^    "name": / { name = $4; gsub(/\\\\/, "\\", name) }
        /^    "state": / && $4 ~ states { print name }'
}

# Of the containers that are listed.
__caissonctl_pods() {
    caissonctl list --json 2>/dev/null | awk -F '"' '/^    "pod": "/ { print $4 }' | sort -u
}

# Those that are not loaded are in no list: a person types the instance.
__caissonctl_templates() {
    local file
    for file in /etc/caisson/*@.toml /run/caisson/*@.toml /usr/lib/caisson/*@.toml; do
        [[ ! -f $file ]] || basename "$file" .toml
    done
}

# __caissonctl_names VERB: the containers that it makes sense for.
__caissonctl_names() {
    case $1 in
    list) __caissonctl_containers '.*' ;;
    logs) __caissonctl_containers '.*' && __caissonctl_templates ;;
    start) __caissonctl_containers 'inactive|failed|error' && __caissonctl_templates && __caissonctl_pods ;;
    status | show | restart) __caissonctl_containers '.*' && __caissonctl_templates && __caissonctl_pods ;;
    stop) __caissonctl_containers 'active|activating|deactivating|reloading' && __caissonctl_pods ;;
    reload | kill | exec) __caissonctl_containers 'active|activating|deactivating|reloading' ;;
    esac
}

# __caissonctl_options VERB: one with a value ends in "=".
__caissonctl_options() {
    echo --json --no-pager --no-legend --help
    case $1 in
    show) echo --oci --unit --plan --security --root= ;;
    logs) echo --follow --lines= ;;
    check) echo --root= --as= ;;
    kill) echo --signal= --all ;;
    exec) echo --user= ;;
    esac
}

# __caissonctl_values OPTION CURRENT: what the option takes.
__caissonctl_values() {
    case $1 in
    --root) compgen -d -- "$2" ;;
    -s | --signal) compgen -A signal -- "$2" ;;
    esac
}

_caissonctl() {
    local current=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} verb='' word
    local -i at named=0
    # bash takes "--root=DIR" for three words.
    [[ $current != = ]] || current=''
    [[ $option != = ]] || option=${COMP_WORDS[COMP_CWORD - 2]}
    [[ ${COMP_WORDS[COMP_CWORD]} != = ]] || option=${COMP_WORDS[COMP_CWORD - 1]}
    for ((at = 1; at < COMP_CWORD; at++)); do
        word=${COMP_WORDS[at]}
        case $word in
        --root | --as | --signal | --lines | --user | -s | -n | -u) ((at++)) ;;
        =) ((at++)) ;;
        -*) ;;
        *) if [[ -z $verb ]]; then verb=$word; else ((named++)); fi ;;
        esac
    done
    case $option in
    --root | --as | --signal | --lines | --user | -s | -n | -u)
        mapfile -t COMPREPLY < <(__caissonctl_values "$option" "$current")
        compopt -o filenames 2>/dev/null
        return
        ;;
    esac
    local -a offered=()
    if [[ $verb == exec ]] && ((named > 0)); then
        return # the command is the container's
    elif [[ $current == -* ]]; then
        read -ra offered -d '' < <(__caissonctl_options "$verb")
    elif [[ -z $verb ]]; then
        offered=(list status show logs check start stop restart reload kill exec version help)
    elif [[ $verb == check ]]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        compopt -o filenames 2>/dev/null
        return
    elif [[ $verb != show && $verb != logs ]] || ((named == 0)); then
        readarray -t offered < <(__caissonctl_names "$verb")
    fi
    COMPREPLY=()
    for word in "${offered[@]}"; do
        [[ $word != "$current"* ]] || COMPREPLY+=("$word")
    done
    # The value, or the instance, goes on without a space.
    [[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *[=@] ]] || compopt -o nospace 2>/dev/null
}

complete -F _caissonctl caissonctl
