#!/usr/bin/env bash
# Tries the project as a new user would: in a Debian that mmdebstrap has just made, with nothing but the .NET SDK and certificates.
#
#   sudo tests/clean-machine.sh [--as-user] [--keep] [COMMAND...]
#
# COMMAND is what ./build.sh is to do there, one word each, or new-user: what README.md and docs/cookbook.md tell who comes after the demo
# (tests/new-user.sh). demo, new-user and test, unless given. With --as-user root installs only the Debian packages that build.sh names when it finds
# them missing, and the cron job; an ordinary user does the rest. --keep leaves the machine for a look.
# The SDK, the NuGet and apt settings and the certificates are this host's, so that a host behind mirrors can run it.
set -euo pipefail

readonly repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
source "$repository/tests/debian-root.sh"
as_user='' keep='' commands=()
for word in "$@"; do
    case $word in
        --as-user) as_user=yes ;;
        --keep) keep=yes ;;
        *) commands+=("$word") ;;
    esac
done
((${#commands[@]})) || commands=(demo new-user test)

[[ $(id -u) == 0 ]] || { echo 'clean-machine.sh: mounting /proc in the new machine needs root' >&2; exit 1; }

# Namespaces of its own: whatever happens, no mount and no process of ours is left on the host.
if [[ ${VIRTTOOLS_CLEAN_MACHINE:-} != inside ]]; then
    VIRTTOOLS_CLEAN_MACHINE=inside exec unshare --mount --propagation private --pid --fork --kill-child -- "$0" "$@"
fi

machine=$(mktemp -d "${TMPDIR:-/var/tmp}/virttools-machine.XXXXXX")
readonly machine

leave() {
    umount -R "$machine/proc" "$machine/sys" "$machine/dev" "$machine/opt/dotnet" 2>/dev/null || true
    if [[ $keep ]]; then
        echo "kept: $machine"
    elif ! grep -q " $machine/" /proc/self/mountinfo; then
        rm -rf "$machine"
    fi
}
trap leave EXIT

make_debian_root "$machine" "${libraries_of_the_sdk[@]}"
mkdir "$machine/opt/dotnet"
mount --bind -o ro "$(dotnet_folder)" "$machine/opt/dotnet"
ln -s /opt/dotnet/dotnet "$machine/usr/bin/dotnet"
mount -t proc proc "$machine/proc"
mount --rbind /sys "$machine/sys"
mount --rbind /dev "$machine/dev"

home=/root
if [[ $as_user ]]; then
    home=/home/user
    chroot "$machine" useradd --create-home user
fi
if [[ -f ${HOME:-/root}/.nuget/NuGet/NuGet.Config ]]; then
    install -D -m 644 "${HOME:-/root}/.nuget/NuGet/NuGet.Config" "$machine$home/.nuget/NuGet/NuGet.Config"
fi
git clone --quiet "$repository" "$machine$home/virttools"
[[ ! $as_user ]] || chroot "$machine" chown -R user:user "$home"

# Nothing of this session's environment goes in, apart from how to reach the network.
inside() {
    local passed=() name
    for name in http_proxy https_proxy no_proxy SSL_CERT_FILE SSL_CERT_DIR NUGET_CERT_REVOCATION_MODE; do
        [[ -z ${!name:-} ]] || passed+=("$name=${!name}")
    done
    # Its root is the root of a mount namespace: in a plain chroot an ordinary user gets no user namespace, which some tests need.
    unshare --mount --propagation private -- bash -c '
        mount --rbind "$1" "$1" && cd "$1" && pivot_root . mnt && cd / && umount -l /mnt && shift && exec chroot "$@"' bash "$machine" \
        ${1:+--userspec="$1"} / /usr/bin/env -i "HOME=$home" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "${passed[@]}" \
        /bin/bash -c 'cd "$HOME/virttools" && exec "$@"' bash "${@:2}"
}

# One command line in the clone, by root or the ordinary user.
run() {
    printf '\n=== %s%s\n' "$*" "${as_user:+ (as an ordinary user)}"
    if [[ ! $as_user ]]; then
        inside '' "$@"
        return
    fi
    # build.sh stops and names the packages that root must install; they are installed as it says.
    local words
    # A pipe, not a process substitution: what was said must be in the file when the command has ended.
    until { inside user "$@" 2>&1 >&3 3>&- | tee "$machine/tmp/said" >&2; } 3>&1; do
        mapfile -t words < <(sed -n 's/.*missing; run: sudo apt-get install //p' "$machine/tmp/said" | tr ' ' '\n')
        ((${#words[@]})) || exit 1
        chroot "$machine" apt-get update -qq
        chroot "$machine" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${words[@]}" >/dev/null
        [[ ! -e $machine/boot ]] || chmod a+r "$machine"/boot/vmlinuz-* 2>/dev/null || true
    done
}

for command in "${commands[@]}"; do
    if [[ $command != new-user ]]; then
        run ./build.sh "$command"
        continue
    fi
    run tests/new-user.sh --as-user
    # Nothing is started when a package is installed there.
    printf '#!/bin/sh\nexit 101\n' >"$machine/usr/sbin/policy-rc.d"
    chmod 755 "$machine/usr/sbin/policy-rc.d"
    inside '' tests/new-user.sh --as-root
    rm "$machine/usr/sbin/policy-rc.d"
done
