#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# completion.sh CAISSONCTL: bash is offered every verb and option that caissonctl has, and the containers.
set -uo pipefail
. "$(dirname "$0")/../../machine/expect.sh"
. "$(dirname "$0")/../../../src/ctl/completion.bash"
readonly program=$1

# The list that completion asks for.
caissonctl() {
    cat <<'JSON'
[
  {
    "errors": [
      {
        "key": "name"
      }
    ],
    "name": "web",
    "service": "web.service",
    "state": "active",
    "pod": "shop"
  },
  {
    "name": "work@a\\x2db",
    "state": "inactive",
    "pod": null
  }
]
JSON
}

# offered WORD...: what completes the last one.
offered() {
    COMP_WORDS=(caissonctl "$@")
    COMP_CWORD=$#
    COMPREPLY=()
    _caissonctl
    echo "${COMPREPLY[@]}"
}

verbs() {
    "$program" help | sed -n '/^Subcommands:/,$s/^  \([a-z]*\) .*/\1/p'
}

# options [VERB]: the long ones; of a verb, those that it has besides the common ones.
options() {
    "$program" "$@" --help | grep -oE -- '--[a-z-]+' | sort -u
}

offers_all() {
    local option words
    words=" $(offered "$1" --) "
    for option in $(options "$1"); do
        [[ $words == *" $option"[\ =]* ]] || { echo "    no $option" && return 1; }
    done
}

check "every verb is offered" is "$(offered '' | tr ' ' '\n' | sort)" "$(verbs | sort)"
check "a verb that was begun" is "$(offered sta)" "status start"
for verb in $(verbs); do
    [[ $verb == help ]] || check "every option of $verb" offers_all "$verb"
done
check "an option alone" is "$(offered show --o)" "--oci"
check "names, those of pods too" is "$(offered status '')" 'web work@a\x2db shop'
check "what runs, to stop" is "$(offered stop '')" "web shop"
check "no pod where it makes no sense" is "$(offered kill '')" "web"
check "what does not run, to start" is "$(offered start w)" 'work@a\x2db'
check "signals" is "$(offered kill -s SIGHU)" "SIGHUP"
check "signals, after an equals sign" is "$(offered kill --signal = SIGHU)" "SIGHUP"
check "one name to show" is "$(offered show web '')" ""
check "options before the name" is "$(offered exec --user root w)" "web"
check "not the command inside" is "$(offered exec web '')" ""
check "paths to check" is "$(cd / && offered check et)" "etc"
finish
