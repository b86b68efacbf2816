#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# violations.sh KEYS: every check of this folder finds what it is there for, and is content where nothing is wrong.
set -uo pipefail
here=$(dirname "$(readlink -f "$0")")
keys=$(readlink -f "${1:?}")
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
readonly spdx='SPDX-License-Identifier: LGPL-2.1-or-later'
bad=0

# file PATH <<TEXT
file() {
    mkdir -p "$tree/$(dirname "$1")"
    cat >"$tree/$1"
}

empty_tree() {
    rm -rf "$tree"
    mkdir -p "$tree"/{src/core,tests/lint,tests/machine,man}
}

# status CHECK: 0 nothing found, 1 something; other: the check itself is broken.
run() {
    "$here/$1" "$tree" "$keys" >"$tree.out" 2>&1
}

# finds CHECK PLACE: in the present tree, and nothing in an empty one.
finds() {
    local status=0
    run "$1" || status=$?
    if ((status == 77)); then
        echo "ok - $1 # SKIP $(cat "$tree.out")"
    elif ((status != 1)) || ! grep -qF "$2" "$tree.out"; then
        echo "not ok - $1: status $status, and does not say $2"
        sed 's/^/# /' "$tree.out"
        bad=1
    else
        echo "ok - $1 finds $2"
    fi
    rm -f "$tree.out"
}

# content CHECK: with the present tree.
content() {
    local status=0
    run "$1" || status=$?
    if ((status == 0 || status == 77)); then
        echo "ok - $1 is content"
    else
        echo "not ok - $1: status $status where nothing is wrong"
        sed 's/^/# /' "$tree.out"
        bad=1
    fi
    rm -f "$tree.out"
}

layering() {
    empty_tree
    file src/core/a.cc <<<'#include <string>'
    file src/ctl/a.cc <<<'#include "systemd/b.h"'
    content layering.sh
    file "src/$1" <<<"#include $2"
    finds layering.sh "$3"
}

layering core/b.cc '<unistd.h>' 'src/core/b.cc:1: core may not include <unistd.h>'
layering core/b.h '<sys/stat.h>' 'src/core/b.h:1'
layering core/b.cc '<fstream>' 'src/core/b.cc:1'
layering base/b.cc '"core/plan.h"' 'src/base/b.cc:1'
layering kernel/b.cc '"store/state.h"' 'src/kernel/b.cc:1'
layering systemd/b.cc '"kernel/mounts.h"' 'src/systemd/b.cc:1'
layering ctl/b.cc '"kernel/mounts.h"' 'src/ctl/b.cc:1'
layering generator/b.cc '"kernel/files.h"' 'src/generator/b.cc:1'
layering other/b.cc '<string>' 'src/other: a layer that'

try() {
    empty_tree
    file src/core/a.cc <<<"$1"
    finds try.py src/core/a.cc:2
}

empty_tree
file src/core/a.cc <<'TEXT'
Result<void> good() {
    TRY(a({.b = "TRY(x)"}));
    if (b)
        TRY(c(d, [&] { return e; }));
    const std::vector<int> f = TRY(g());
    int h =
        TRY(i(TRY_not));  // but not j(TRY(k))
    switch (l) {
    case M::N:
        TRY(o());
    }
    const auto p = [&]() -> Result<int> {
        UniqueFd q = TRY(r());
        return TRY(s());
    };
    return TRY(t());
}
TEXT
content try.py
try $'void f() {\n    Plan p{.root = TRY(a()), .net = b()};\n}'
try $'void f() {\n    Plan p = {TRY(a())};\n}'
try $'void f() {\n    g(TRY(a()));\n}'
try $'void f() {\n    int a = TRY(b()) + 1;\n}'
try $'void f() {\n    if (TRY(b()))\n        g();\n}'
try $'void f() {\n    return Plan{TRY(b())};\n}'

empty_tree
cp "$here/../../.clang-format" "$tree/"
file src/core/a.cc <<<'int a;'
content format.sh
file src/core/b.cc <<<'int  b ;'
finds format.sh src/core/b.cc:1

empty_tree
"$keys" | sed -E 's/^key (.*\.)?([^ .]+)( not.*)?$/.\\" &\n.TP\n.B \2/' >"$tree/man/caisson.toml.5"
content man_keys.sh
sed -i -e 's/key container\.hostname$/key container.hostnme/' "$tree/man/caisson.toml.5"
finds man_keys.sh 'no entry for: key container.hostname'
finds man_keys.sh "not in the parser's table: key container.hostnme"

empty_tree
file man/a.1 <<<$'.TH A 1\n.SH NAME\na \\- b'
content man_format.sh
file man/a.1 <<<$'.TH A 1\n.SH NAME\n.nosuchmacro'
finds man_format.sh man/a.1:3

empty_tree
file a <<<$'#!/bin/sh\necho "$1"'
content shell.sh
file a <<<$'#!/bin/sh\necho $1'
finds shell.sh a:2

empty_tree
file a.sh <<<"# $spdx"
content spdx.sh
file src/core/b.cc <<<'int b;'
finds spdx.sh src/core/b.cc:1

empty_tree
file src/a.cc <<<'// TODO: drop when 5.12 is the floor'
content words.sh
file src/b.cc <<<'// FIXME: slow'
finds words.sh src/b.cc:1

empty_tree
seq 400 >"$tree/src/core/a.cc"
content length.sh
seq 401 >"$tree/src/core/a.cc"
finds length.sh src/core/a.cc:400
file tests/lint/length.allowed <<<'src/core/a.cc 401 a reason'
content length.sh
file tests/lint/length.allowed <<<'src/core/a.cc 401'
finds length.sh src/core/a.cc:400

empty_tree
file tests/machine/a.sh </dev/null
chmod +x "$tree/tests/machine/a.sh"
file tests/machine/scripts <<<'a.sh bookworm,trixie -'
content machine_list.sh
file tests/machine/b/one.sh </dev/null
file tests/machine/b/all.sh </dev/null
chmod +x "$tree"/tests/machine/b/*.sh
finds machine_list.sh 'tests/machine/b/one.sh: executable'
file tests/machine/scripts <<<$'a.sh bookworm,trixie -\nb/all.sh bookworm -'
content machine_list.sh
file tests/machine/scripts <<<'b.sh bookworm bookworm'
finds machine_list.sh 'tests/machine/a.sh: executable'
finds machine_list.sh 'no executable script b.sh'
exit $bad
