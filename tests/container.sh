#!/usr/bin/env bash
# Builds docs/container/Containerfile with podman and looks at a guest in the container: as an ordinary user, without /dev/kvm, a network or privileges.
#
#   sudo tests/container.sh PACKAGES
#
# PACKAGES is the folder that ./build.sh pack fills. The two images that the file begins with are made here, of Debian's packages and this host's SDK: so it
# needs no registry of images. Needs podman, crun, mmdebstrap and e2fsprogs; nothing outside a temporary folder is changed.
set -euo pipefail

readonly repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$repository/tests/debian-root.sh"
packages=$(cd "$1" && pwd)
[[ $(id -u) == 0 ]] || { echo 'container.sh: making the images needs root' >&2; exit 1; }
command -v podman >/dev/null || { echo 'container.sh: podman is missing; run: apt-get install --no-install-recommends podman crun' >&2; exit 1; }

# Mounts of its own, that end with it.
if [[ ${VIRTTOOLS_CONTAINER_TEST:-} != inside ]]; then
    VIRTTOOLS_CONTAINER_TEST=inside exec unshare --mount --propagation private -- "$0" "$@"
fi
# crun takes no host that has both versions of control groups.
if [[ $(stat -f -c %T /sys/fs/cgroup) != cgroup2fs ]]; then
    umount -R /sys/fs/cgroup
    mount -t cgroup2 none /sys/fs/cgroup
fi
work=$(mktemp -d "${TMPDIR:-/var/tmp}/virttools-container.XXXXXX")
leave() {
    local attempt
    # What podman leaves running ends a moment later, and mounts until then.
    for attempt in 1 2 3 4 5; do
        umount -R "$work"/storage/overlay 2>/dev/null || true
        rm -rf --one-file-system "$work" 2>/dev/null && return
        sleep 1
    done
    echo "container.sh: $work is left" >&2
}
trap leave EXIT
cd "$work"

engine=(podman --root "$work/storage" --runroot "$work/run" --cgroup-manager cgroupfs --events-backend none)
say() { printf '\n--- %s\n' "$*"; }
fail() { echo "container.sh: $1" >&2; exit 1; }
expect() {
    local wanted=$1 got
    shift
    got=$(in_container "$@") || fail "failed in the container: $*"
    grep -qF -- "$wanted" <<<"$got" || fail "$*: wanted: $wanted; got: $got"
    passed=$((passed + 1))
}
# Limits that even who may not raise any has.
limits=(--ulimit nofile=1024:1024 --ulimit nproc=1024:1024)
in_container() { "${engine[@]}" run --rm "${limits[@]}" --network none --cgroups disabled -v "$work/images:/images:ro" virttools "$@" </dev/null; }
passed=0

say 'the images that the file begins with'
make_debian_root slim
tar -C slim -c . | "${engine[@]}" import --quiet - docker.io/library/debian:bookworm-slim >/dev/null
mkdir sdk
cp -a "$(dotnet_folder)" sdk/dotnet
cat >sdk/Containerfile <<E2
FROM docker.io/library/debian:bookworm-slim
RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends ${libraries_of_the_sdk[*]} >/dev/null
COPY dotnet /usr/share/dotnet
RUN ln -s ../share/dotnet/dotnet /usr/bin/dotnet
E2
"${engine[@]}" build --quiet --isolation chroot --network host -t mcr.microsoft.com/dotnet/sdk:10.0 sdk >/dev/null

say 'docs/container/Containerfile'
"${engine[@]}" build --quiet --isolation chroot --network host --pull-never -t virttools -f "$repository/docs/container/Containerfile" "$packages"

say 'a guest in the container'
mkdir -p tree images
echo 'hello from the guest' >tree/greeting
truncate -s 16M images/disk.img
mke2fs -q -t ext4 -d tree images/disk.img
sum=$(sha256sum <images/disk.img)
expect 'uid=1000(virt)' id
expect 'disk.img:/dev/sda' virt-df -h --images /images
expect 'hello from the guest' virt-cat -a disk.img -m /dev/sda /greeting
expect 'TEST FINISHED OK' virt-appliance doctor
[[ $(sha256sum <images/disk.img) == "$sum" ]] || fail 'the image has changed'
printf 'container: %d passed, 0 failed\n' "$passed"
