#!/usr/bin/env bash
# Runs the recipes of docs/cookbook.md on a small guest: each block marked "bash" or "powershell", looking for the lines of the block marked "text" behind it,
# the rows of the table of commands, and the unit files of docs/systemd.
#
#   tests/cookbook.sh BIN APPLIANCE [PROGRAMS]
#
# BIN holds the commands, APPLIANCE the appliance. PROGRAMS may hold prometheus and prometheus-node-exporter: then the value of the cron recipe is scraped by
# them; and powershell/pwsh, for the blocks of PowerShell. The example in C# must be built.
set -euo pipefail

bin=$(cd "$1" && pwd)
LIBGUESTFS_PATH=$(cd "$2" && pwd)
programs=${3:+$(cd "$3" && pwd)}
docs=$(cd "$(dirname "${BASH_SOURCE[0]}")/../docs" && pwd)
page=$docs/cookbook.md
export LIBGUESTFS_PATH PATH=$bin:$PATH DOTNET_NOLOGO=1 POWERSHELL_TELEMETRY_OPTOUT=1
work=$(mktemp -d "${TMPDIR:-/var/tmp}/virttools-cookbook.XXXXXX")
started=()
leave() {
    ((${#started[@]} == 0)) || kill "${started[@]}" 2>/dev/null || true
    rm -rf "$work"
}
trap leave EXIT
cd "$work"

passed=0
fail() { printf 'cookbook: %s\n' "$1" >&2; cat "${@:2}" >&2; exit 1; }

# Paths of a host, in this folder.
in_this_folder() {
    sed -e "s|/var/lib/prometheus/node-exporter|$work/textfile|g" -e "s|/var/lib/libvirt/images|$work/images|g" -e "s|/usr/local/bin/|$bin/|g" \
        -e "s|dotnet run --project docs|dotnet run --no-build --project $docs|g"
}

# A Debian of a few files, in a partition.
make_guest() {
    mkdir -p tree/{etc,bin,usr,folder,var/lib/dpkg}
    echo 'hello from the guest' >tree/greeting
    : >'tree/folder/a name with blanks'
    echo web >tree/etc/hostname
    echo 12.1 >tree/etc/debian_version
    echo '/dev/sda1 / ext4 defaults 0 1' >tree/etc/fstab
    printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n' >tree/etc/os-release
    truncate -s 15M partition
    /usr/sbin/mke2fs -q -t ext4 -d tree partition
    truncate -s 16M disk.img
    /usr/sbin/sfdisk -q disk.img <<<'start=2048, type=83'
    dd if=partition of=disk.img seek=1 bs=1M conv=notrunc,sparse status=none
    cp --sparse=always disk.img web.img
    cp --sparse=always disk.img images/web.img
}

# Blocks go to files of their own: block.00.bash, block.00.text, block.01.powershell, ...
run_blocks() {
    awk -v prefix="$work/block." '
        /^```(bash|powershell)$/ { number++; file = sprintf("%s%02d.%s", prefix, number, substr($0, 4)); printf "" > file; next }
        /^```text$/ { file = sprintf("%s%02d.text", prefix, number); next }
        /^```/      { file = ""; next }
        file != ""  { print > file }' "$page"
    local block shell line
    for block in block.*.bash block.*.powershell; do
        shell=(bash -euo pipefail)
        if [[ $block == *.powershell ]]; then
            if [[ ! $programs || ! -x $programs/powershell/pwsh ]]; then
                echo 'cookbook: PowerShell is not to be had: a recipe is left out'
                continue
            fi
            shell=("$programs/powershell/pwsh" -NoProfile -NonInteractive -File)
        fi
        # A command that fails ends the block, in both shells; PowerShell insists on this end of the name.
        { [[ $block == *.bash ]] || echo '$ErrorActionPreference = "Stop"; $PSNativeCommandUseErrorActionPreference = $true'; in_this_folder <"$block"; } >script.ps1
        "${shell[@]}" script.ps1 </dev/null >printed || fail 'this recipe failed:' "$block"
        while IFS= read -r line; do
            grep -qxF -- "$line" printed || fail "wanted: $line; got:" printed
        done <"${block%.*}.text"
        passed=$((passed + 1))
    done
}

# The table of commands: what stands in its second column, or in the first where that says "the same", prints what stands in the third.
run_table() {
    local original here prints command rows=0
    while IFS='|' read -r _ original here prints _; do
        command=$here
        [[ $here != ' the same ' ]] || command=$original
        command=${command#*\`} command=${command%\`*} prints=${prints#*\`} prints=${prints%\`*}
        bash -euo pipefail -c "${command//$'\x01'/|}" </dev/null >printed 2>&1 || fail "failed: $command" printed
        grep -qF -- "$prints" printed || fail "$command: wanted: $prints; got:" printed
        rows=$((rows + 1))
    done < <(sed -n '/^| with guestfs-tools/,/^$/p' "$page" | sed -e '1,2d' -e '/^$/d' -e 's/\\|/\x01/g')
    ((rows > 0)) || fail 'the table of commands is not found'
    passed=$((passed + rows))
}

# systemd takes the unit files, and the command of the timer's unit does its work with as little around it as systemd gives.
run_units() {
    local unit words
    mkdir units
    for unit in "$docs"/systemd/*; do
        sed "s|/usr/local/bin/|$bin/|" "$unit" >"units/${unit##*/}"
    done
    if command -v systemd-analyze >/dev/null; then
        systemd-analyze verify --man=no units/* >verified 2>&1 || fail 'systemd does not take a unit file:' verified
        [[ ! -s verified ]] || fail 'systemd has something to say against a unit file:' verified
        passed=$((passed + 1))
    else
        echo 'cookbook: systemd-analyze is not to be had: it does not look at the unit files'
    fi
    rm -f textfile/virt-df.prom
    read -ra words < <(sed -n 's/^ExecStart=//p' "$docs/systemd/virt-df-metrics.service" | in_this_folder)
    env -i "LIBGUESTFS_PATH=$LIBGUESTFS_PATH" ${LIBGUESTFS_CACHEDIR:+"LIBGUESTFS_CACHEDIR=$LIBGUESTFS_CACHEDIR"} "HOME=$HOME" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin "${words[@]}" </dev/null
    grep -q '^virt_df_guest_readable{guest="web.img"} 1$' textfile/virt-df.prom || fail 'the metrics of the timer:' textfile/virt-df.prom
    passed=$((passed + 1))
}

scrape() {
    cat >prometheus.yml <<'E2'
global: { scrape_interval: 1s }
scrape_configs: [{ job_name: node, static_configs: [{ targets: ['127.0.0.1:19100'] }] }]
E2
    "$programs/prometheus-node-exporter" --collector.disable-defaults --collector.textfile --collector.textfile.directory=textfile \
        --web.listen-address=127.0.0.1:19100 2>exporter.log &
    started+=($!)
    "$programs/prometheus" --config.file=prometheus.yml --storage.tsdb.path=tsdb --web.listen-address=127.0.0.1:19090 2>prometheus.log &
    started+=($!)
    local attempt answer
    for ((attempt = 0; ; attempt++)); do
        answer=$(curl -s 'http://127.0.0.1:19090/api/v1/query?query=virt_df_guest_readable' || true)
        [[ $answer != *'"guest":"web.img"'*'"1"'* ]] || break
        ((attempt < 60)) || { echo "cookbook: Prometheus has no value: $answer" >&2; exit 1; }
        sleep 1
    done
    passed=$((passed + 1))
}

mkdir -p images textfile
make_guest
run_blocks
run_table
run_units
if [[ $programs && -x $programs/prometheus && -x $programs/prometheus-node-exporter ]]; then
    scrape
else
    echo 'cookbook: prometheus and prometheus-node-exporter are not to be had: scraping is left out'
fi
printf 'cookbook: %d passed, 0 failed\n' "$passed"
