# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# Back end "vm", the part before vm.py: QEMU, a kernel, a disk image, and from these a template of the booted machine.

readonly vm_memory=1G vm_job_size=$((256 * 1024 * 1024))

# unpack DIRECTORY DEB...
vm_unpack() {
    local target=$1 deb
    shift
    mkdir -p "$target"
    for deb; do
        dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$target" --keep-directory-symlink \
            --exclude='./usr/share/doc' --exclude='./usr/share/man' --exclude='./usr/share/locale'
    done
}

vm_download_qemu() {
    apt_suite sid update
    apt_suite sid install -y --download-only --no-install-recommends -o Debug::pkgDPkgPM=1 qemu-system-x86 qemu-utils
    # Runs through its own loader, and so needs the libraries' own places.
    mkdir -p "$1/usr"/{lib,lib64,bin,sbin}
    ln -s usr/lib usr/lib64 usr/bin usr/sbin "$1/"
    vm_unpack "$1" "$cache"/apt-sid/archives/*.deb
    rm -rf "$cache"/apt-sid/archives/*.deb
}

# QEMU 7.2 of Debian 12 now and then corrupts registers of the guest, 10.0 cannot migrate NVMe: so sid's.
vm_qemu_ensure() (
    qemu="$cache/qemu-$(cache_key "$(declare -f vm_download_qemu)")"
    cache_lock qemu
    if [[ ! -d $qemu ]]; then
        say "fetching QEMU"
        cache_scratch
        quietly qemu vm_download_qemu "$scratch/qemu" || die "cannot get QEMU from sid"
        mv "$scratch/qemu" "$qemu"
        cache_prune qemu "$qemu"
    fi
    printf '%s\n' "$qemu"
)

# Without an initrd the kernel must find its root by itself.
vm_kernel_suits() {
    grep -qx CONFIG_EXT4_FS=y "$1"/boot/config-* && grep -qx CONFIG_BLK_DEV_NVME=y "$1"/boot/config-*
}

vm_download_kernel() {
    local suite=$1 target=$2 package
    apt_suite "$suite" update
    package=$(apt_suite "$suite" -s install --no-install-recommends linux-image-cloud-amd64 |
        sed -nE 's/^Inst (linux-image-[0-9][^ ]*).*/\1/p' | head -n1)
    mkdir -p "$target.deb"
    (cd "$target.deb" && apt_suite "$suite" download "$package")
    vm_unpack "$target" "$target.deb"/*.deb
    rm -r "$target.deb"
    [[ -d $target/usr/lib/modules ]] || { mkdir -p "$target/usr/lib" && mv "$target/lib/modules" "$target/usr/lib/"; }
    # Some releases of the signed package keep modules in a second package.
    [[ -n $(ls "$target/usr/lib/modules") ]]
}

vm_kernel_make() {
    vm_download_kernel "$1" "$2"
    if ! vm_kernel_suits "$2"; then
        [[ $1 == sid ]]
        rm -rf "$2"
        vm_download_kernel trixie "$2"
        vm_kernel_suits "$2"
    fi
}

vm_kernel_ensure() (
    kernel="$cache/kernel-$1-$(cache_key "$(declare -f vm_download_kernel vm_kernel_make vm_kernel_suits vm_unpack)")"
    cache_lock "kernel-$1"
    if [[ ! -d $kernel ]]; then
        cache_scratch
        quietly "kernel-$1" vm_kernel_make "$1" "$scratch/kernel" || die "cannot get a kernel for $1"
        mv "$scratch/kernel" "$kernel"
        cache_prune "kernel-$1" "$kernel"
    fi
    printf '%s\n' "$kernel"
)

vm_image_make() {
    local root=$1 kernel=$2 scratch=$3
    cp -al "$root" "$scratch/root"
    mkdir -p "$scratch/root/usr/lib/modules"
    cp -a "$kernel"/usr/lib/modules/* "$scratch/root/usr/lib/modules/"
    job_agent "$scratch/root"
    chroot "$scratch/root" depmod "$(basename "$kernel"/usr/lib/modules/*)"
    printf '%s\n' virtio_pci virtio_blk virtio_console >"$scratch/root/etc/modules-load.d/vm.conf"
    truncate -s 4G "$scratch/image"
    mke2fs -q -t ext4 -O ^has_journal,^metadata_csum,^64bit,^resize_inode -E lazy_itable_init=1,nodiscard \
        -m 0 -N 131072 -d "$scratch/root" "$scratch/image"
}

vm_image_ensure() (
    image="$cache/image-$suite-$(cache_key "${1##*/}" "${2##*/}" "$here"/guest/* "$(declare -f vm_image_make job_agent)").ext4"
    cache_lock "image-$suite"
    if [[ ! -f $image ]]; then
        apt_need mke2fs=e2fsprogs
        cache_scratch
        quietly "image-$suite" vm_image_make "$1" "$2" "$scratch" || die "cannot make the image of $suite"
        mv "$scratch/image" "$image"
        cache_prune "image-$suite" "$image"
    fi
    printf '%s\n' "$image"
)

vm_template_ensure() (
    accelerator=${CAISSON_MACHINE_ACCEL:-tcg}
    template="$cache/template-$suite-$(cache_key "${qemu##*/}" "${kernel##*/}" "${image##*/}" "$accelerator" \
        "$vm_memory" "$vm_job_size" "$here/vm.py")"
    cache_lock "template-$suite"
    if [[ ! -d $template ]]; then
        say "booting $suite once into a template; this takes half a minute"
        cache_scratch
        mkdir "$scratch/template"
        "$python" -B "$here/vm.py" --make --template "$scratch/template" --qemu "$qemu" --image "$image" \
            --kernel "$(echo "$kernel"/boot/vmlinuz-*)" --accelerator "$accelerator" --memory "$vm_memory" \
            --job-size "$vm_job_size" || die "cannot boot $suite into a template"
        mv "$scratch/template" "$template"
        cache_prune "template-$suite" "$template"
    fi
    printf '%s\n' "$template"
)

vm_ensure() {
    [[ $(uname -m) == x86_64 ]] || die "the vm back end knows x86_64 only"
    root=$(root_ensure "$suite")
    qemu=$(vm_qemu_ensure)
    kernel=$(vm_kernel_ensure "$suite")
    image=$(vm_image_ensure "$root" "$kernel")
    template=$(vm_template_ensure)
}

vm_start() {
    local options=() entry
    apt_need setpriv=util-linux
    vm_ensure
    for entry in "$qemu" "$kernel" "$image" "$template"; do
        cache_hold "$entry"
    done
    install -D -m755 "$probe" "$stage/srv/rootfs/debian/usr/bin/probe"
    install -D -m755 "$probe" "$stage/srv/rootfs/busybox/usr/bin/probe"
    [[ $1 != shell ]] || options+=(--shell)
    job_drive vm.py --template "$template" "${options[@]}"
}
