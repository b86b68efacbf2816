# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# The current build: compiled if need be, then installed into a job. Programs that were built on a newer suite than the
# machine's may not run there; then the tree is built in a chroot of that suite.

readonly build_layout=(--prefix=/usr --libexecdir=libexec --sysconfdir=/etc --localstatedir=/var)

# build_packages KNOWN...: the list's packages; KNOWN is a command that says whether the suite has a package.
build_packages() {
    local alternatives alternative
    while read -r alternatives; do
        for alternative in ${alternatives//|/ }; do
            if [[ $alternatives == "$alternative" ]] || "$@" "$alternative" >/dev/null 2>&1; then
                printf '%s\n' "$alternative"
                break
            fi
        done
    done < <(grep -vE '^(#|$)' "$here/packages.build")
}

build_installed() {
    [[ $(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null) == ii* ]]
}

# Installs on the host what the build needs.
build_prepare() {
    local package missing=()
    apt-cache show libc6-dev >/dev/null 2>&1 || quietly apt-update apt-get update -q || die "apt-get update failed"
    for package in $(build_packages apt-cache show); do
        build_installed "$package" || missing+=("$package")
    done
    ((!${#missing[@]})) || apt_install "${missing[@]}"
}

# A host that is not Debian counts as newer than any suite.
build_age() {
    case $1 in
    bookworm) echo 12 ;;
    trixie) echo 13 ;;
    sid | forky) echo 14 ;;
    *) echo 99 ;;
    esac
}

build_runs_inside() {
    local host
    host=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
    (($(build_age "$host") <= $(build_age "$suite")))
}

build_install() {
    [[ $build != none ]] || return 0
    [[ -f $tree/meson.build ]] || die "nothing to build in $tree; --build none runs without"
    if [[ $build == chroot ]] || ! build_runs_inside; then
        build_in_chroot "$1" || die "cannot build $tree in a chroot of $suite"
    else
        build_on_host "$1" || die "cannot build and install $tree"
    fi
}

build_on_host() (
    apt_need meson=meson ninja=ninja-build
    mkdir -p "$build"
    cache_lock build
    if [[ ! -f $build/build.ninja ]]; then
        build_prepare
        quietly setup meson setup "$build" "$tree" "${build_layout[@]}" || exit
    fi
    quietly compile meson compile -C "$build" || exit
    quietly install meson install --no-rebuild --strip --destdir "$1" -C "$build"
)

build_root_make() {
    local packages
    apt_suite "$suite" update
    packages=$(build_packages apt_suite "$suite" --print-uris download | paste -sd,)
    apt_debootstrap "$suite" apt "$packages" "$1"
    root_bare "$1"
    mkdir "$1"/mnt/{tree,build,stage}
}

build_root_ensure() (
    chroot="$cache/buildroot-$suite-$(cache_key "$here/packages.build" "$(declare -f build_root_make)")"
    cache_lock "buildroot-$suite"
    if [[ ! -d $chroot ]]; then
        say "making a chroot of $suite to build in; this takes a minute or two"
        apt_need mmdebstrap=mmdebstrap unshare=util-linux "$keyring=debian-archive-keyring"
        cache_scratch
        quietly "buildroot-$suite" build_root_make "$scratch/root" || die "cannot make a chroot of $suite"
        mv "$scratch/root" "$chroot"
        cache_prune "buildroot-$suite" "$chroot"
    fi
    printf '%s\n' "$chroot"
)

# The tree is read-only inside, the build directory is kept for the next time; all mounts end with their namespace.
build_in_chroot() (
    chroot=$(build_root_ensure)
    kept="$cache/build-$suite-$(cache_key "$tree" "${chroot##*/}")"
    mkdir -p "$kept"
    cache_lock build
    # shellcheck disable=SC2016  # expanded by the inner shell
    quietly chroot unshare --mount --propagation private bash -euc '
        root=$1
        mount --bind "$2" "$root/mnt/tree" && mount -o remount,bind,ro "$root/mnt/tree"
        mount --bind "$3" "$root/mnt/build"
        mount --bind "$4" "$root/mnt/stage"
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        shift 4
        exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 sh -euc "
            cd /mnt/build
            [ -f build.ninja ] || meson setup . /mnt/tree $*
            meson compile
            meson install --no-rebuild --strip --destdir /mnt/stage"
    ' bash "$chroot" "$tree" "$kept" "$1" "${build_layout[@]}"
)
