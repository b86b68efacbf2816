#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# start.sh [ROUNDS [CROWDS [MACHINE'S OPTION...]]]: how long one container takes to start and to stop, side by side with
# a plain service, a floor in C, crun, runc, systemd-nspawn and systemd's own sandboxing, all in one test machine
# and one run; and a hundred in one transaction. Run by hand, as root; CAISSON_BUILD as for the machine. On a host that
# has other work to do: `chrt --rr 1 start.sh`, which the whole machine inherits; else the table tells about that work.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
rounds=${1:-30} crowds=${2:-5}
shift $(($# < 2 ? $# : 2))

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/programs"
for program in payload floor measure; do
    gcc -static -O2 -Wall -Wextra -o "$work/programs/$program" "$here/$program.c"
done
cp "$here/inside.sh" "$work/programs/"

# The machine takes one script: this one carries the programs in its tail.
{
    cat <<TEXT
#!/bin/bash
sed '1,/^exit\$/d' "\$0" | tar -xz && exec ./inside.sh $rounds $crowds
exit
TEXT
    tar -cz -C "$work/programs" .
} >"$work/start-latency"
chmod +x "$work/start-latency"
"$here/../../machine/machine" run --state disk --timeout 3600 "$@" "$work/start-latency"
