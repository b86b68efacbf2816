# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Packages: on the host, on demand; of another suite, through an apt with private state that leaves the host alone.

readonly keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# Prints "URI SUITE COMPONENT..." for each binary source of the host, one-line and deb822 formats alike.
apt_sources() {
    local list
    for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [[ -f $list ]] || continue
        sed -nE 's/#.*//; s/^deb[[:space:]]+(\[[^]]*\][[:space:]]*)?//p' "$list"
    done
    for list in /etc/apt/sources.list.d/*.sources; do
        [[ -f $list ]] || continue
        awk -v RS= -v FS='\n' '
            { uris = suites = components = ""; binary = 0; enabled = 1
              for (i = 1; i <= NF; i++) {
                  key = tolower($i); sub(/:.*/, "", key); value = $i; sub(/^[^:]*:[ \t]*/, "", value)
                  if (key == "types" && value ~ /(^| )deb( |$)/) binary = 1
                  if (key == "enabled" && tolower(value) ~ /^(no|false|0)/) enabled = 0
                  if (key == "uris") uris = value
                  if (key == "suites") suites = value
                  if (key == "components") components = value
              }
              n = split(uris, uri, " "); m = split(suites, suite, " ")
              if (binary && enabled)
                  for (i = 1; i <= n; i++) for (j = 1; j <= m; j++) print uri[i], suite[j], components
            }' "$list"
    done
}

# The mirror is where the host's own release comes from; the security archive carries another suite name.
apt_mirror() {
    local codename mirror
    codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
    mirror=$(apt_sources | awk -v suite="$codename" '$2 == suite && / main( |$)/ { print $1; exit }')
    [[ -n $mirror ]] || mirror=$(apt_sources | awk '/debian\/? / { print $1; exit }')
    [[ -n $mirror ]] || die "no Debian mirror found in /etc/apt"
    printf '%s\n' "${mirror%/}"
}

apt_host_install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        -o DPkg::Lock::Timeout=300 "$@"
}

# The lists may be missing or too old to download from.
apt_install() {
    apt_host_install "$@" >/dev/null 2>&1 && return 0
    quietly apt-update apt-get update -q || true
    quietly apt-install apt_host_install "$@" || die "cannot install: $*"
}

# apt_need COMMAND-OR-FILE=PACKAGE...: installs on the host what is missing.
apt_need() {
    local pair missing=()
    for pair; do
        [[ -e ${pair%%=*} ]] || command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
    done
    ((!${#missing[@]})) || apt_install "${missing[@]}"
}

# apt_suite SUITE ARGUMENTS...: apt-get with the lists, the archives and the empty status file of another suite.
apt_suite() {
    local suite=$1 state="$cache/apt-$1"
    shift
    mkdir -p "$state"/{lists/partial,archives/partial,etc/apt.conf.d,etc/preferences.d}
    : >"$state/status"
    printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$(apt_mirror)" "$suite" >"$state/sources.list"
    apt-get -q -o Dir::Etc="$state/etc" -o Dir::Etc::SourceList="$state/sources.list" \
        -o Dir::Etc::SourceParts=/dev/null -o Dir::State="$state" -o Dir::State::Lists="$state/lists" \
        -o Dir::State::Status="$state/status" -o Dir::Cache="$state" \
        -o Dir::Cache::Archives="$state/archives" -o Acquire::Check-Valid-Until=false \
        -o Acquire::Languages=none -o APT::Sandbox::User=root -o Debug::NoLocking=false "$@"
}

# apt_debootstrap SUITE VARIANT PACKAGES DIRECTORY [mmdebstrap's options]: archives are kept for the next root.
# mmdebstrap mounts inside the new root; the host need not see that.
apt_debootstrap() {
    local suite=$1 variant=$2 packages=$3 target=$4 archives="$cache/debs-$1"
    shift 4
    mkdir -p "$archives"
    unshare --mount mmdebstrap --mode=root --format=directory --variant="$variant" --components=main \
        --include="$packages" --keyring="$keyring" \
        --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' \
        --aptopt='APT::Install-Recommends "false"' --dpkgopt=force-unsafe-io \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --skip=download/empty --skip=essential/unlink \
        --setup-hook='mkdir -p "$1"/var/cache/apt/archives/' \
        --setup-hook="sync-in $archives /var/cache/apt/archives/" \
        --customize-hook="sync-out /var/cache/apt/archives $archives" \
        "$@" "$suite" "$target" "deb [signed-by=$keyring] $(apt_mirror) $suite main"
}
