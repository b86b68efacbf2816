# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# The machine's Debian root, per suite, and the roots of the containers that tests run inside it.
# A finished directory is never written to again.

# What goes into every root. In bookworm the alternative, usrmerge, brings all of Perl.
root_base_packages() {
    if [[ $1 == bookworm ]]; then
        echo bash,coreutils,usr-is-merged
    else
        echo bash,coreutils
    fi
}

root_packages() {
    printf '%s,' "$(root_base_packages "$1")"
    grep -vE '^(#|$)' "$here/packages.root" | paste -sd,
}

root_key() {
    cache_key "$1" "$here/packages.root" "$(declare -f apt_debootstrap root_packages root_base_packages \
        root_bare root_users root_busybox root_debian root_masked_units root_prepare root_build)"
}

root_bare() {
    rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/* "$1"/var/log/* "$1"/tmp/*
    : >"$1/etc/resolv.conf"
}

# Users that both container roots know, so that tests can name them.
root_users() {
    local etc="$1/etc"
    printf 'app:x:1000:1000:app:/home/app:/bin/sh\n' >>"$etc/passwd"
    printf 'app:x:1000:\nextra:x:2000:app\n' >>"$etc/group"
    install -d -o 1000 -g 1000 "$1/home/app"
}

root_busybox() {
    local target=$1 applet
    mkdir -p "$target"/{proc,sys,dev,run,tmp,etc,var/tmp,root,home,mnt,usr/bin}
    chmod 1777 "$target"/{tmp,var/tmp}
    chmod 700 "$target/root"
    ln -s bin "$target/usr/sbin"
    ln -s usr/bin "$target/bin"
    ln -s usr/bin "$target/sbin"
    cp "$2/bin/busybox" "$target/usr/bin/busybox"
    for applet in $(chroot "$target" /usr/bin/busybox --list); do
        [[ $applet == busybox ]] || ln -s busybox "$target/usr/bin/$applet"
    done
    printf 'root:x:0:0:root:/root:/bin/sh\n' >"$target/etc/passwd"
    printf 'root:x:0:\n' >"$target/etc/group"
    root_users "$target"
}

root_debian() {
    apt_debootstrap "$1" essential "$(root_base_packages "$1")" "$2"
    root_bare "$2"
    rm -rf "$2"/usr/share/{doc,man,info,locale,i18n,lintian,bash-completion,perl5,common-licenses} \
        "$2"/var/cache/debconf/* "$2"/var/lib/dpkg/info/*.{list,md5sums,templates}
    find "$2"/usr/lib/*-linux-gnu/ -maxdepth 1 -name gconv -exec rm -rf {} +
    root_users "$2"
}

# Units that cost boot time or reach for what a test machine has not got.
root_masked_units() {
    cat <<'UNITS'
apt-daily-upgrade.timer apt-daily.timer autovt@.service console-getty.service dpkg-db-backup.timer e2scrub_all.timer
e2scrub_reap.service fstrim.timer getty-static.service getty@tty1.service kmod-static-nodes.service ldconfig.service
modprobe@configfs.service modprobe@dm_mod.service modprobe@drm.service modprobe@efi_pstore.service
modprobe@fuse.service modprobe@loop.service nftables.service proc-sys-fs-binfmt_misc.automount remote-fs.target
run-lock.mount serial-getty@ttyS0.service sys-kernel-debug.mount sys-kernel-tracing.mount
systemd-ask-password-console.path systemd-ask-password-wall.path systemd-binfmt.service
systemd-boot-random-seed.service systemd-firstboot.service systemd-hibernate-clear.service systemd-homed.service
systemd-hwdb-update.service systemd-journal-catalog-update.service systemd-journal-flush.service
systemd-machine-id-commit.service systemd-mute-console.socket systemd-networkd-wait-online.service
systemd-networkd.service systemd-networkd.socket systemd-oomd.service systemd-oomd.socket
systemd-pcrlock-make-policy.service systemd-pcrmachine.service systemd-pcrphase-sysinit.service
systemd-pcrphase.service systemd-pstore.service systemd-random-seed.service systemd-remount-fs.service
systemd-resolved.service systemd-sysusers.service systemd-timesyncd.service systemd-tpm2-clear.service
systemd-tpm2-setup-early.service systemd-tpm2-setup.service systemd-udev-load-credentials.service
systemd-udev-settle.service systemd-udev-trigger.service systemd-update-done.service
systemd-update-utmp-runlevel.service systemd-update-utmp.service systemd-userdbd.socket
UNITS
}

root_prepare() {
    local target=$1 system="$1/etc/systemd/system" unit generator
    : >"$target/etc/fstab"
    echo machine >"$target/etc/hostname"
    printf '127.0.0.1 localhost machine\n::1 localhost\n' >"$target/etc/hosts"
    echo 0123456789abcdef0123456789abcdef >"$target/etc/machine-id"
    touch "$target/etc/.updated" "$target/var/.updated"
    mkdir -p "$target/var/lib/caisson"
    mkdir -p "$system" "$target"/etc/systemd/{system-generators,journald.conf.d,system.conf.d}
    for unit in $(root_masked_units); do
        ln -sfn /dev/null "$system/$unit"
    done
    # Each of the distribution's generators costs a fork at every reload and has nothing to do here.
    for generator in "$target"/usr/lib/systemd/system-generators/*; do
        ln -sfn /dev/null "$target/etc/systemd/system-generators/${generator##*/}"
    done
    ln -sfn /usr/lib/systemd/system/multi-user.target "$system/default.target"
    printf '[Journal]\nStorage=volatile\nRateLimitIntervalSec=0\nForwardToConsole=no\n' \
        >"$target/etc/systemd/journald.conf.d/machine.conf"
    printf '[Manager]\nShowStatus=no\n' >"$target/etc/systemd/system.conf.d/machine.conf"
    printf '%s\n' overlay veth bridge nf_tables tun loop >"$target/etc/modules-load.d/machine.conf"
    chroot "$target" passwd -q -d root
}

root_build() {
    local suite=$1 target=$2
    apt_debootstrap "$suite" apt "$(root_packages "$suite")" "$target"
    root_bare "$target"
    root_prepare "$target"
    mkdir -p "$target/srv/rootfs/busybox"
    root_busybox "$target/srv/rootfs/busybox" "$target"
    root_debian "$suite" "$target/srv/rootfs/debian"
}

# root_ensure SUITE: prints the directory.
root_ensure() (
    root="$cache/root-$1-$(root_key "$1")"
    cache_lock "root-$1"
    if [[ ! -d $root ]]; then
        say "building the root of $1; this takes a minute or two"
        apt_need mmdebstrap=mmdebstrap unshare=util-linux "$keyring=debian-archive-keyring"
        cache_scratch
        quietly "root-$1" root_build "$1" "$scratch/root" || die "cannot build the root of $1"
        mv "$scratch/root" "$root"
        cache_prune "root-$1" "$root"
    fi
    printf '%s\n' "$root"
)

# containers_ensure ROOT PROBE: the container roots with the payload in them, apart from the machine's root, so that
# they are mounted straight from the host's file system: overlayfs cannot be the lower layer of an idmapped mount.
containers_ensure() (
    base=${1##*/root-}
    containers="$cache/containers-${base%-*}-$(cache_key "$base" "$2")"
    cache_lock "containers-${base%-*}"
    if [[ ! -d $containers ]]; then
        cache_scratch
        cp -a "$1/srv/rootfs" "$scratch/containers"
        install -m755 "$2" "$scratch/containers/debian/usr/bin/probe"
        install -m755 "$2" "$scratch/containers/busybox/usr/bin/probe"
        mv "$scratch/containers" "$containers"
        cache_prune "containers-${base%-*}" "$containers"
    fi
    printf '%s\n' "$containers"
)
