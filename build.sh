#!/usr/bin/env bash
# The one entry of this project: builds, tests, packs and shows it. Run './build.sh' for the list of commands.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly artifacts=$PWD/artifacts
readonly appliance=$artifacts/appliance
readonly bin=$artifacts/bin
# What the native compiler, QEMU, the appliance builder and the demo guest need on Debian.
readonly build_packages=(
    clang zlib1g-dev
    qemu-system-x86 qemu-utils seabios
    apt ca-certificates debian-archive-keyring dpkg e2fsprogs kmod
    fakechroot fakeroot fdisk mmdebstrap
)

# Packages of servers, and the service that each of them sets up.
declare -rA services=([nginx]=nginx [openssh-server]=ssh [tgt]=tgt)

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

usage() {
    cat <<'EOF'
usage: ./build.sh COMMAND

  demo       everything from nothing: packages, build, appliance, a real Debian guest, then the commands on it
  build      the managed build of the whole solution
  publish    every executable as a native program in artifacts/bin/
  appliance  the appliance in artifacts/appliance/
  test       the tests; --peers adds the live comparison with the original, --soak the long runs; other options go to dotnet test
  bench      figures, as ratios against the original where it has the same thing
  pack       every package in artifacts/packages/; --check installs and uses them, --sources fetches
             the Debian sources of the appliance beside them
  manual     the manual pages: docs/man/*.md, and artifacts/share for man(1) and the shells
  api        brings the lists of public names (PublicAPI.Unshipped.txt) up to date with the code
  clean      removes artifacts/ and the build output
EOF
}

say() { printf '\n==> %s\n' "$*" >&2; }

die() { printf 'build.sh: %s\n' "$*" >&2; exit 1; }

# Installs the Debian packages among the arguments that are missing.
need_packages() {
    local missing=() package
    for package in "$@"; do
        [[ $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) == 'install ok installed' ]] || missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    if [[ $(id -u) != 0 ]]; then
        die "these Debian packages are missing; run: sudo apt-get install ${missing[*]}"
    fi
    say "installing ${missing[*]}"
    apt-get update -qq
    without_services env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
    for package in "${missing[@]}"; do
        # Nor at the next boot.
        [[ ! ${services[$package]:-} || ! -x /usr/bin/systemctl ]] || systemctl --quiet disable "${services[$package]}" || true
    done
}

# Runs a command while no service that a package brings is started: the tests start servers of their own.
without_services() {
    local policy=/usr/sbin/policy-rc.d status=0
    [[ ! -e $policy ]] || { "$@"; return; }
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    "$@" || status=$?
    rm -f "$policy"
    return $status
}

# What tests and benchmarks need on top of a build.
need_test_packages() {
    local packages
    mapfile -t packages < <(sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' tests/packages.txt)
    need_packages "${build_packages[@]}" "${packages[@]}"
}

# Takes files out of Debian's packages into artifacts/programs: fetch 'PACKAGE ...' FILE ...
fetch() {
    local packages=$1 file package folder
    shift
    for file in "$@"; do
        [[ -e $artifacts/programs/${file##*/} ]] || break
    done
    [[ ! -e $artifacts/programs/${file##*/} ]] || return 0
    say "fetching out of $packages"
    folder=$(mktemp -d)
    # shellcheck disable=SC2086
    if (cd "$folder" && apt-get download -qq $packages >/dev/null 2>&1); then
        for package in "$folder"/*.deb; do
            dpkg-deb --fsys-tarfile "$package" | tar -x -C "$folder" ./usr
        done
        for file in "$@"; do
            install -D "$folder/$file" "$artifacts/programs/${file##*/}"
        done
    else
        say 'they are not to be had: what needs them is left out'
    fi
    rm -rf "$folder"
}

# PowerShell, for the recipes of the cookbook: a .NET tool. This version runs on .NET 10.
fetch_powershell() {
    local folder=$artifacts/programs/powershell
    [[ ! -x $folder/pwsh ]] || return 0
    say 'fetching PowerShell'
    dotnet tool install PowerShell --version 7.6.9 --tool-path "$folder" >/dev/null 2>&1 || say 'it is not to be had: its recipes are left out'
}

# The judge of our metrics, those who scrape them, and a libvirtd with secrets. Installing their packages would start servers.
fetch_programs() {
    local drivers=usr/lib/x86_64-linux-gnu/libvirt/connection-driver
    fetch 'prometheus prometheus-node-exporter' usr/bin/promtool usr/bin/prometheus usr/bin/prometheus-node-exporter
    fetch 'libvirt-daemon libvirt-daemon-driver-qemu' usr/sbin/libvirtd "$drivers/libvirt_driver_qemu.so" "$drivers/libvirt_driver_secret.so"
}

need_sdk() {
    command -v dotnet >/dev/null || die 'dotnet is missing: install the .NET 10 SDK (https://dotnet.microsoft.com/download)'
}

build() {
    need_sdk
    say 'building'
    dotnet build VirtTools.sln -c Debug --nologo -v quiet
}

publish() {
    need_sdk
    need_packages clang zlib1g-dev
    say 'publishing'
    mkdir -p "$bin"
    # Processes of their own: one that was left by a pack may still hold how the projects looked there.
    local target
    for target in Restore Publish; do
        dotnet msbuild build/Publish.proj "-target:$target" -restore:false -maxCpuCount -nodeReuse:false -nologo -verbosity:quiet "-property:ProgramFolder=$bin"
    done
}

# Each command prints its own page.
write_manual() {
    publish
    mkdir -p docs/man
    write_share
    local program
    for program in "$bin"/virt-*; do
        "$program" --manual markdown >"docs/man/$(basename "$program").md"
    done
}

# What belongs into /usr/share beside the commands: manual pages and completion, in folders and with names by which man and the shells find them.
write_share() {
    local share=$artifacts/share program name
    rm -rf "$share"
    mkdir -p "$share"/{man/man1,bash-completion/completions,zsh/site-functions,fish/vendor_completions.d}
    for program in "$bin"/virt-*; do
        name=$(basename "$program")
        "$program" --manual >"$share/man/man1/$name.1"
        "$bin/virt-appliance" completion bash >"$share/bash-completion/completions/$name"
        "$bin/virt-appliance" completion zsh >"$share/zsh/site-functions/_$name"
        "$bin/virt-appliance" completion fish >"$share/fish/vendor_completions.d/$name.fish"
    done
}

# The appliance is made again only when the daemon has changed.
make_appliance() {
    publish
    need_packages "${build_packages[@]}"
    local stamp
    stamp=$(sha256sum "$bin/virttoolsd" "$bin/virt-appliance" | sha256sum)
    if [[ -f $appliance/manifest.json && $(cat "$artifacts/appliance.stamp" 2>/dev/null) == "$stamp" ]]; then
        return
    fi
    say 'building the appliance'
    rm -rf "$appliance"
    "$bin/virt-appliance" build --daemon "$bin/virttoolsd" -o "$appliance"
    printf '%s\n' "$stamp" >"$artifacts/appliance.stamp"
}

demo() {
    need_packages "${build_packages[@]}"
    make_appliance
    say 'making a Debian guest'
    dotnet run --project tests/VirtTools.GuestImages -- debian "$artifacts/demo.qcow2"
    export LIBGUESTFS_PATH=$appliance PATH=$bin:$PATH
    run virt-inspector -a "$artifacts/demo.qcow2"
    run virt-df -a "$artifacts/demo.qcow2" -h
    run virt-ls -a "$artifacts/demo.qcow2" -lR /etc/apt
    run virt-cat -a "$artifacts/demo.qcow2" /etc/os-release /etc/fstab
}

run() {
    printf '\n$ %s\n' "$*"
    "$@"
}

# Adds up the counters of the result files.
count_results() {
    local passed=0 failed=0 skipped=0 file counters total ok bad
    for file in "$artifacts"/results/*.trx; do
        [[ -f $file ]] || continue
        counters=$(grep -o '<Counters [^>]*>' "$file" | head -n 1)
        total=$(grep -o ' total="[0-9]*"' <<<"$counters" | tr -dc 0-9)
        ok=$(grep -o ' passed="[0-9]*"' <<<"$counters" | tr -dc 0-9)
        bad=$(grep -oE ' (failed|error|timeout|aborted)="[0-9]*"' <<<"$counters" | tr -dc '0-9\n' | awk '{ sum += $1 } END { print sum + 0 }')
        passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + total - ok - bad))
    done
    ((skipped == 0)) || printf '%d skipped\n' "$skipped"
    printf '%d passed, %d failed\n' "$passed" "$failed"
    ((passed > 0 && failed == 0))
}

# The recipes of docs/cookbook.md, counted as one test.
run_cookbook() {
    local failed=0
    mkdir -p "$artifacts/results" "$artifacts/programs"
    tests/cookbook.sh "$bin" "$appliance" "$artifacts/programs" || failed=1
    printf '<Counters total="1" passed="%d" failed="%d" error="0" />\n' $((1 - failed)) $failed >"$artifacts/results/cookbook.trx"
    return $failed
}

run_tests() {
    local filter='Tier!=Peers&Tier!=Soak' option rest=()
    for option in "$@"; do
        case $option in
            --peers) filter=${filter/Tier!=Peers&/} filter=${filter/Tier!=Peers/} ;;
            --soak) filter=${filter/&Tier!=Soak/} filter=${filter/Tier!=Soak/} ;;
            *) rest+=("$option") ;;
        esac
    done
    need_test_packages
    need_sdk
    fetch_programs
    fetch_powershell
    build
    make_appliance
    say 'testing'
    rm -rf "$artifacts/results"
    local project status=0
    for project in tests/*Tests; do
        PATH=$artifacts/programs:$PATH dotnet test "$project" --no-build -c Debug --nologo -v quiet --results-directory "$artifacts/results" \
            --logger "trx;LogFileName=$(basename "$project").trx" --logger 'console;verbosity=minimal' \
            ${filter:+--filter "$filter"} "${rest[@]}" || status=1
    done
    run_cookbook || status=1
    count_results || status=1
    return $status
}

bench() {
    need_test_packages
    make_appliance
    LIBGUESTFS_PATH=$appliance dotnet run --project bench/VirtTools.Bench -c Release -- "$@"
}

case ${1:-} in
    demo) demo ;;
    build) build ;;
    publish) publish ;;
    appliance) make_appliance ;;
    test) shift; run_tests "$@" ;;
    bench) shift; bench "$@" ;;
    pack) shift; source build/pack.sh; pack "$@" ;;
    manual) write_manual ;;
    api) source build/public-api.sh; update_public_api ;;
    clean) rm -rf artifacts; find . -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} + ;;
    '' | -h | --help | help) usage ;;
    *) usage >&2; die "unknown command: $1" ;;
esac
