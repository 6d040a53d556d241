#!/usr/bin/env bash
# The path of a new user behind './build.sh demo', as README.md and docs/cookbook.md tell it: packages, tools, a command as installed, and with --as-root the
# cron recipe with Debian's cron and node_exporter. It installs for the user and into /usr/local/bin, so it is for a machine that was made for it:
#
#   sudo tests/clean-machine.sh demo new-user
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly guest=$PWD/artifacts/demo.qcow2

say() { printf '\n--- %s\n' "$*"; }
fail() { echo "new-user.sh: $1" >&2; exit 1; }

# The command lines of the console block in which a line begins so.
lines_of_readme() {
    awk -v wanted="$1" '
        /^```/ { if (inside && found) { printf "%s", block; exit } inside = !inside; found = 0; block = ""; next }
        inside && /^\$ / { line = substr($0, 3); block = block line "\n"; if (index(line, wanted) == 1) found = 1 }' README.md
}

# The same of docs/cookbook.md, where nothing stands before a line.
block_of_cookbook() {
    awk -v wanted="$1" '
        /^```/ { if (inside && found) { printf "%s", block; exit } inside = !inside; found = 0; block = ""; next }
        inside { block = block $0 "\n"; if (index($0, wanted) == 1) found = 1 }' docs/cookbook.md
}

as_the_user() {
    say 'the packages, installed as README.md says'
    local lines
    lines=$(lines_of_readme './build.sh pack')
    [[ $lines == *'dotnet tool install'* ]] || fail 'README.md says nothing of dotnet tool install'
    printf '%s\n' "$lines"
    bash -euo pipefail -c "$lines" </dev/null
    unset LIBGUESTFS_PATH
    export PATH=$HOME/.dotnet/tools:$PATH
    local tool
    for tool in virt-appliance virt-cat virt-df virt-edit virt-inspector virt-ls virt-resize; do
        [[ $(command -v "$tool") == "$HOME/.dotnet/tools/$tool" ]] || fail "$tool is not installed"
        [[ $("$tool" --version) =~ [0-9]+\.[0-9]+\.[0-9]+ ]] || fail "$tool does not tell its version"
        [[ -s $HOME/.dotnet/share/man/man1/$tool.1 ]] || fail "the manual page of $tool is not there"
    done
    say 'the commands, as installed'
    virt-cat -a "$guest" /etc/os-release | grep -x 'ID=debian' || fail 'virt-cat as installed does not read the guest'
    virt-df -h -a "$guest"
    virt-ls -a "$guest" /etc | grep -x fstab || fail 'virt-ls as installed does not list the guest'
    virt-inspector --json -a "$guest" | grep -o '"distribution":"debian"' || fail 'virt-inspector as installed does not know the guest'
    say 'the example in C#'
    dotnet run --project docs/examples/GuestReport -- "$guest" | grep ', debian$' || fail 'the example in C# does not know the guest'
}

as_root() {
    say 'the cron recipe of docs/cookbook.md, with the cron and the node_exporter of Debian'
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends cron prometheus-node-exporter curl >/dev/null
    local lines line images=/var/lib/libvirt/images exporter cron attempt metrics
    lines=$(block_of_cookbook 'dotnet tool install virt-df')
    [[ $lines ]] || fail 'docs/cookbook.md does not say how to install for cron'
    printf '%s\n' "$lines"
    bash -euo pipefail -c "$lines" </dev/null
    mkdir -p "$images"
    qemu-img convert -O raw "$guest" "$images/web.img"
    # Every minute instead of every quarter of an hour.
    line=$(block_of_cookbook '*/15 * * * * root ')
    [[ $line ]] || fail 'docs/cookbook.md has no line for cron'
    printf '%s\n' "${line/#'*/15'/'*'}" >/etc/cron.d/virt-df
    cat /etc/cron.d/virt-df
    prometheus-node-exporter --web.listen-address=127.0.0.1:19100 2>/dev/null &
    exporter=$!
    cron -f &
    cron=$!
    for ((attempt = 0; attempt < 300; attempt++)); do
        metrics=$(curl -s http://127.0.0.1:19100/metrics | grep '^virt_df' || true)
        [[ $metrics != *'virt_df_guest_readable{guest="web.img"} 1'* ]] || break
        sleep 1
    done
    kill "$exporter" "$cron"
    rm /etc/cron.d/virt-df
    printf '%s\n' "$metrics"
    [[ $metrics == *'virt_df_size_bytes{device="/dev/sda'*'guest="web.img"'* ]] || fail 'node_exporter does not serve what the cron job wrote'
}

case ${1:-} in
    --as-user) as_the_user ;;
    --as-root) as_root ;;
    *) fail 'usage: tests/new-user.sh --as-user|--as-root' ;;
esac
printf '\nnew user%s: passed\n' "${1/#--/ }"
