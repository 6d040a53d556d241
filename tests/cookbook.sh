#!/usr/bin/env bash
# Runs the recipes of docs/cookbook.md on a small image: each block marked "bash", and looks for the lines of the block marked "text" behind it.
#
#   tests/cookbook.sh BIN APPLIANCE [PROGRAMS]
#
# BIN holds the commands, APPLIANCE the appliance. PROGRAMS may hold prometheus and prometheus-node-exporter: then the value of the cron recipe is scraped by them.
set -euo pipefail

bin=$(cd "$1" && pwd)
LIBGUESTFS_PATH=$(cd "$2" && pwd)
programs=${3:+$(cd "$3" && pwd)}
page=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/docs/cookbook.md
export LIBGUESTFS_PATH PATH=$bin:$PATH
work=$(mktemp -d "${TMPDIR:-/var/tmp}/virttools-cookbook.XXXXXX")
started=()
leave() {
    ((${#started[@]} == 0)) || kill "${started[@]}" 2>/dev/null || true
    rm -rf "$work"
}
trap leave EXIT
cd "$work"

mkdir -p tree/folder images textfile
echo 'hello from the guest' >tree/greeting
: >'tree/folder/a name with blanks'
truncate -s 16M disk.img
/usr/sbin/mke2fs -q -t ext4 -d tree disk.img
cp --sparse=always disk.img images/web.img

# Blocks go to files of their own: 00.bash, 00.text, 01.bash, ...
awk -v prefix="$work/block." '
    /^```bash$/ { number++; file = sprintf("%s%02d.bash", prefix, number); printf "" > file; next }
    /^```text$/ { file = sprintf("%s%02d.text", prefix, number); next }
    /^```/      { file = ""; next }
    file != ""  { print > file }' "$page"

passed=0
for block in block.*.bash; do
    sed -i -e "s|/var/lib/prometheus/node-exporter|$work/textfile|g" -e "s|/var/lib/libvirt/images|$work/images|g" "$block"
    bash -euo pipefail "$block" </dev/null >printed || { echo "cookbook: this recipe failed:" >&2; cat "$block" >&2; exit 1; }
    while IFS= read -r line; do
        grep -qxF -- "$line" printed || { printf 'cookbook: wanted: %s\ngot:\n' "$line" >&2; cat printed >&2; exit 1; }
    done <"${block%.bash}.text"
    passed=$((passed + 1))
done

if [[ $programs && -x $programs/prometheus && -x $programs/prometheus-node-exporter ]]; then
    cat >prometheus.yml <<'E2'
global: { scrape_interval: 1s }
scrape_configs: [{ job_name: node, static_configs: [{ targets: ['127.0.0.1:19100'] }] }]
E2
    "$programs/prometheus-node-exporter" --collector.disable-defaults --collector.textfile --collector.textfile.directory=textfile \
        --web.listen-address=127.0.0.1:19100 2>exporter.log &
    started+=($!)
    "$programs/prometheus" --config.file=prometheus.yml --storage.tsdb.path=tsdb --web.listen-address=127.0.0.1:19090 2>prometheus.log &
    started+=($!)
    for ((attempt = 0; ; attempt++)); do
        answer=$(curl -s 'http://127.0.0.1:19090/api/v1/query?query=virt_df_guest_readable' || true)
        [[ $answer != *'"guest":"web.img"'*'"1"'* ]] || break
        ((attempt < 60)) || { echo "cookbook: Prometheus has no value: $answer" >&2; exit 1; }
        sleep 1
    done
    passed=$((passed + 1))
else
    echo 'cookbook: prometheus and prometheus-node-exporter are not to be had: scraping is left out'
fi
printf 'cookbook: %d passed, 0 failed\n' "$passed"
