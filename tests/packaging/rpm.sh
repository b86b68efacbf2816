#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# rpm.sh TREE BUILD: the spec builds, and packs exactly the files that meson installs from BUILD.
set -euo pipefail
tree=$(readlink -f "$1")
build=$(readlink -f "$2")
macros=$(readlink -f "$(dirname "$0")/macros.debian")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

skip() {
    echo "skip: $*"
    exit 77
}

# The tree as a release would have it: what is under version control, as it is now.
release() {
    local name=$1
    mkdir -p "$work/$name"
    (
        cd "$tree"
        if git -c safe.directory="$tree" rev-parse --git-dir >/dev/null 2>&1; then
            git -c safe.directory="$tree" ls-files --cached --others --exclude-standard -z
        else
            find . -path './build*' -prune -o -type f -print0
        fi | while IFS= read -r -d '' file; do
            [[ ! -e $file && ! -L $file ]] || printf '%s\0' "$file"
        done | tar --null --files-from=- --create
    ) | tar -x -C "$work/$name"
    tar -C "$work" -czf "$work/$name.tar.gz" "$name"
}

# Directories apart from those that only we have; rpm compresses manual pages and adds documentation and build ids.
packed() {
    rpm -qp --queryformat '[%{FILEMODES:perms} %{FILENAMES}\n]' "$@" | grep -v '^d' | cut -d' ' -f2- |
        grep -vE '^/usr/(share/doc|share/licenses|lib/\.build-id|lib/debug|src/debug)/' | sed -E 's|(/man/.*)\.gz$|\1|'
}

installed() {
    meson install --no-rebuild --quiet --destdir "$work/installed" -C "$build" >&2
    find "$work/installed" -not -type d -printf '/%P\n'
}

command -v rpmbuild >/dev/null || skip "no rpmbuild here; Debian's package rpm has it"
meson introspect --buildoptions "$build" | grep -q '"prefix"' || exit 99
[[ $(meson introspect --buildoptions "$build" |
    python3 -c 'import json, sys; print(*(o["value"] for o in json.load(sys.stdin) if o["name"] == "prefix"))') == /usr ]] ||
    skip "$build was not set up with --prefix=/usr, as packages are"

spec=$tree/packaging/rpm/caisson.spec
release "caisson-$(sed -n 's/^Version: *//p' "$spec")"
options=(--define "_topdir $work/rpm" --define "_sourcedir $work" --define "_dbpath $work/db" --nodeps --without tests)
rpm --eval '%{?meson:yes}' | grep -q yes || options+=(--load "$macros")
rpmbuild -bb "${options[@]}" "$spec" >"$work/log" 2>&1 </dev/null || {
    tail -n 60 "$work/log"
    echo "rpmbuild has failed"
    exit 1
}
readarray -t packages < <(find "$work/rpm/RPMS" -name '*.rpm' -not -name '*-debug*')
packed "${packages[@]}" | sort >"$work/packed"
installed | sort >"$work/wanted"
diff --label "what meson installs" --label "what the package has" -u "$work/wanted" "$work/packed"
echo "packed as installed: $(wc -l <"$work/packed") files"
