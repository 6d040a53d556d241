#!/bin/sh
# Records how the original programs (guestfs-tools) parse the lines of command-lines.cases:
#   ./record-command-lines.sh >command-lines.recorded
# QEMU is /bin/false, so that each call ends where the appliance would start: a call that got so far was accepted, and its trace names the
# drives with their options. "rejected" lines keep the first line of the complaint, "printed" lines what went to standard output.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
truncate -s 1M disk.img other.img
mkdir sub
truncate -s 1M sub/disk.img
printf 'secret\n' >keyfile

export LC_ALL=C LIBGUESTFS_BACKEND=direct LIBGUESTFS_HV=/bin/false LIBGUESTFS_TRACE=1
echo "# $(virt-cat --version), recorded by record-command-lines.sh"
while read -r line; do
    set -f
    # Words are apart by blanks; '' is the empty word.
    program=${line%% *}
    rest=${line#"$program"}
    set --
    for word in $rest; do
        [ "$word" = "''" ] && word=
        set -- "$@" "$word"
    done
    status=0
    timeout 30 "$program" "$@" <keyfile >out 2>err || status=$?
    echo "\$ $line"
    if grep -q 'trace: launch$' err; then
        echo "accepted"
        sed -n 's/^libguestfs: trace: add_drive \(".*\)$/drive \1/p' err
    elif [ "$status" = 0 ]; then
        echo "printed"
        sed 's/^/out /' out
    else
        echo "rejected $status"
        sed -n 's/^libguestfs: trace: add_drive \(".*\)$/drive \1/p' err
        grep -v '^libguestfs: trace' err | sed -n 's/^/err /p' | head -2
    fi
    sed -n 's/^libguestfs: trace: add_\(libvirt_dom.*\|domain.*\)$/domain \1/p' err
done <"$here/command-lines.cases"
