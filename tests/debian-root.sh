# Debian in a folder, for clean-machine.sh and container.sh. Sourced.

# make_debian_root FOLDER [PACKAGE...]: the least of Debian and these packages, with what of this host a machine in the same network would have: apt's
# settings and the certificates, so that a host behind mirrors can run it.
make_debian_root() {
    local root=$1 sources=/etc/apt/sources.list.d/debian.sources setting packages
    shift
    [[ -f $sources ]] || sources=/etc/apt/sources.list
    packages=$(IFS=,; printf '%s' "$*")
    mmdebstrap --quiet --variant=minbase ${packages:+"--include=$packages"} bookworm "$root" "$sources"
    for setting in /etc/apt/apt.conf.d/*registry* /etc/apt/apt.conf.d/*proxy* /usr/local/share/ca-certificates /etc/ssl/certs /etc/hosts; do
        [[ -e $setting ]] || continue
        mkdir -p "$root$(dirname "$setting")"
        cp -a "$setting" "$root$(dirname "$setting")/"
    done
    cp -L /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
}

# The folder of the .NET SDK.
dotnet_folder() { dirname "$(readlink -f "$(command -v dotnet)")"; }

# What the SDK needs of Debian.
readonly libraries_of_the_sdk=(ca-certificates libicu72 libssl3 libstdc++6 zlib1g libgssapi-krb5-2)
