#!/bin/sh
# Records how the original programs (guestfs-tools) parse the lines of command-lines.cases:
#   ./record-command-lines.sh >command-lines.recorded
# QEMU is /bin/false, so that each call ends where the appliance would start: a call that got so far was accepted, and its trace names the
# drives with their options, and the libvirt guests, whose own drives are left out. The guests are those of recordings/node.xml: in the cases test:///node.xml
# stands for that file. "rejected" lines keep the first line of the complaint, "printed" lines what went to standard output.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
truncate -s 1M disk.img other.img
sed "s|@folder@|$work|" "$here/node.xml" >node.xml
mkdir sub
truncate -s 1M sub/disk.img
printf 'secret\n' >keyfile

# The drives that the command adds itself, not those that the library adds for a guest.
drives() {
    sed -n -e '/trace: add_libvirt_dom (/,/trace: add_libvirt_dom = /d' -e 's/^libguestfs: trace: add_drive \(".*\)$/drive \1/p' "$1"
}

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
        case $word in *test:///node.xml) word=${word%test:*}test://$work/node.xml ;; esac
        set -- "$@" "$word"
    done
    status=0
    timeout 30 "$program" "$@" <keyfile >out 2>err || status=$?
    echo "\$ $line"
    if grep -q 'trace: launch$' err; then
        echo "accepted"
        drives err
    elif [ "$status" = 0 ]; then
        echo "printed"
        sed 's/^/out /' out
    else
        echo "rejected $status"
        drives err
        grep -v '^libguestfs: trace' err | sed -n 's/^/err /p' | head -2
    fi
    sed -n "s|test://$work/|test:///|; s/^libguestfs: trace: add_domain \\(\".*\\)\$/domain \\1/p" err
done <"$here/command-lines.cases"
