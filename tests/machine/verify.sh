#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Ships: tests/cases examples
# Every unit that the installed generator writes for a golden case or an example is one that this systemd reads without a
# word. The units of broken definitions are among them.
set -uo pipefail
. "$(dirname "$0")/expect.sh"

generator=/usr/lib/systemd/system-generators/caisson-generator
tree=$(readlink -f "$(dirname "$0")/../..")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# generate NAME: $scratch/NAME/root to $scratch/NAME/units. That a definition has errors is no failure of the generator.
generate() {
    mkdir "$scratch/$1/units"
    "$generator" --root "$scratch/$1/root" "$scratch/$1/units" 2>/dev/null
}

# A scope cannot be loaded from a file; a slice takes the same directives.
scopes_as_slices() {
    local directory name
    for directory in "$1"/*.scope.d; do
        [[ -d $directory ]] || continue
        name=${directory##*/} name=${name%.scope.d}
        sed 's/^\[Scope\]/[Slice]/' "$directory"/*.conf >"$1/as${name//[^a-z0-9]/}.slice"
    done
}

# What a case requires of others need not be there.
stubs() {
    local unit
    find "$1" -name '*.service' -exec sed -nE 's/^(Requires|BindsTo)=//p' {} + | tr ' ' '\n' | sort -u | while read -r unit; do
        [[ ! -e $1/$unit && ! -e $1/${unit/@*./@.} && ! -e /usr/lib/systemd/system/$unit ]] || continue
        case $unit in
        *.service) printf '[Service]\nExecStart=/bin/true\n' ;;
        *.mount) printf '[Mount]\nWhat=tmpfs\nWhere=%s\n' "$(systemd-escape --unescape --path "${unit%.mount}")" ;;
        esac >"$1/$unit"
    done
}

# verify DIRECTORY: what systemd has to say.
verify() {
    local units
    units=$(find "$1" -maxdepth 1 -type f \( -name '*.service' -o -name '*.slice' \) | sort)
    # shellcheck disable=SC2086  # a word for each unit
    [[ -z $units ]] || SYSTEMD_UNIT_PATH="$1:" systemd-analyze verify --man=no --recursive-errors=no $units 2>&1 ||
        echo "status $?"
}

silent() {
    local said
    said=$(verify "$1")
    [[ -z $said ]] || { echo "    ${said//$'\n'/$'\n    '}" && return 1; }
}

units=0
# one NAME: the units of $scratch/NAME/root.
one() {
    local out="$scratch/$1/units"
    check "$1: the generator ends well" generate "$1"
    scopes_as_slices "$out"
    units=$((units + $(find "$out" -maxdepth 1 -type f | wc -l)))
    stubs "$out"
    check "$1: systemd has nothing to say" silent "$out"
}

for input in "$tree"/tests/cases/*/{etc,run,usr}; do
    [[ -d $input ]] || continue
    name=$(basename "${input%/*}")
    mkdir -p "$scratch/$name/root"
    cp -a "$input" "$scratch/$name/root/"
done
for example in "$tree"/examples/*.toml; do
    name=example-$(basename "$example" .toml)
    mkdir -p "$scratch/$name/root/etc/caisson"
    cp "$example" "$scratch/$name/root/etc/caisson/"
done
for name in "$scratch"/*; do
    one "${name##*/}"
done
check "there were more than 250 units ($units)" test "$units" -gt 250

# That it would speak: of a directive that it does not know, in the service and in the scope, of a value, of a program.
# spoiled WHAT FILE SED-COMMAND WORDS
spoiled() {
    local copy=$scratch/spoiled
    rm -rf "$copy"
    cp -a "$scratch/example-web/units" "$copy"
    sed -i "$3" "$copy/$2"
    rm -f "$copy"/*.slice
    scopes_as_slices "$copy"
    check "negative: $1 would be reported" has "$4" verify "$copy"
}
spoiled "an unknown directive of the service" web.service 's/^\[Service\]/&\nRestrat=always/' "Unknown key.*'Restrat'"
spoiled "an unknown directive of the scope" web.scope.d/50-caisson.conf 's/^\[Scope\]/&\nMemoryMix=1M/' "Unknown key.*'MemoryMix'"
spoiled "a value" web.service 's/^Restart=.*/Restart=sometimes/' 'sometimes'
spoiled "a program that is not there" web.service 's/^ExecStart=[^ ]*/&-gone/' 'caisson-runtime-gone is not executable'
finish
