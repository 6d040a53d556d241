#!/usr/bin/env bash
# Installs the packages of a folder as a user would, and uses what was installed: ./build.sh pack --check, or
#
#   tests/installed-packages.sh FOLDER
#
# Needs QEMU, e2fsprogs and the .NET SDK; nothing outside a temporary folder is changed.
set -euo pipefail

packages=$(cd "$1" && pwd)
readonly packages
work=$(mktemp -d "${TMPDIR:-/var/tmp}/virttools-packages.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"

export NUGET_PACKAGES=$work/nuget LIBGUESTFS_CACHEDIR=$work/cache DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
unset LIBGUESTFS_PATH
mkdir -m 700 cache
mkdir gathered

passed=0
# Compares what a command wrote with what it must write.
expect() {
    local wanted=$1 got
    shift
    got=$("$@") || { echo "failed: $*" >&2; exit 1; }
    if ! grep -qF -- "$wanted" <<<"$got"; then
        printf 'failed: %s\n  wanted: %s\n  got: %s\n' "$*" "$wanted" "$got" >&2
        exit 1
    fi
    passed=$((passed + 1))
}

# As cron starts a command: a short PATH, no HOME.
as_cron() { env -i "LIBGUESTFS_CACHEDIR=$LIBGUESTFS_CACHEDIR" PATH=/usr/bin:/bin "$@" </dev/null; }

mkdir tree
echo 'hello from the guest' >tree/greeting
truncate -s 16M disk.img
/usr/sbin/mke2fs -q -t ext4 -d tree disk.img

tools=()
for package in "$packages"/virt-*.linux-x64.*.nupkg; do
    tool=$(basename "$package")
    tools+=("${tool%%.*}")
    dotnet tool install --tool-path "$work/bin" --source "$packages" "${tool%%.*}" >/dev/null
done
expect "$work/cache" as_cron bin/virt-appliance install
expect 'disk.img:/dev/sda' as_cron bin/virt-df -a disk.img
expect 'greeting' as_cron bin/virt-ls -a disk.img -m /dev/sda /
expect 'operating systems' as_cron bin/virt-inspector --help
expect 'hello from the guest' as_cron bin/virt-cat -a disk.img -m /dev/sda /greeting
as_cron bin/virt-edit -a disk.img -m /dev/sda -e 's/hello/goodbye/' /greeting
expect 'goodbye from the guest' as_cron bin/virt-cat -a disk.img -m /dev/sda /greeting
expect 'TEST FINISHED OK' as_cron bin/virt-appliance doctor

# What each package holds for man(1) and the shells, laid out as /usr/share is.
for tool in "${tools[@]}"; do
    mapfile -t folders < <(find "bin/.store/$tool" -type d -path '*.linux-x64/*/share')
    ((${#folders[@]} == 1)) || { echo "failed: $tool: no folder share in its package" >&2; exit 1; }
    share=$work/${folders[0]}
    expect ".TH ${tool^^}" sed 's/\\-/-/g' "$share/man/man1/$tool.1"
    expect "_virt_tools $tool" bash --norc -c 'source "$1" && complete -p "$2"' bash "$share/bash-completion/completions/$tool" "$tool"
    expect "#compdef" head -n 1 "$share/zsh/site-functions/_$tool"
    expect "complete -c" cat "$share/fish/vendor_completions.d/$tool.fish"
    if command -v man >/dev/null; then
        expect "$share/man/man1/$tool.1" man -M "$share/man" -w "$tool"
    fi
    if command -v zsh >/dev/null; then
        expect _virt_tools zsh -f -c 'fpath=("$1" $fpath); autoload -Uz compinit; compinit -u -D; autoload +X -Uz "_$2"; print -r -- "${_comps[$2]} $functions[_$2]"' \
            zsh "$share/zsh/site-functions" "$tool"
    fi
    if command -v fish >/dev/null; then
        # fish itself looks there for what it must complete.
        expect --help env "XDG_DATA_DIRS=$share" "HOME=$work" "PATH=$work/bin:$PATH" fish -c "complete -C '$tool --hel'"
    fi
    cp -r "$share/." gathered
done
# The commands write the same pages where man(1) looks for those of this folder of commands.
expect "$work/share/man/man1/virt-df.1" env "PATH=$work/bin:$PATH" virt-appliance manual
expect '' diff -r share/man gathered/man

# The package for other systems, which dotnet would choose where there is no native one.
cat >unpack.proj <<E2
<Project>
  <Target Name="Unpack">
    <ItemGroup>
      <Package Include="$packages/virt-df.any.*.nupkg" />
    </ItemGroup>
    <Unzip SourceFiles="@(Package)" DestinationFolder="$work/portable" />
  </Target>
</Project>
E2
dotnet msbuild unpack.proj -nologo -verbosity:quiet
expect 'disk.img:/dev/sda' dotnet "$(dirname "$(find portable -name virt-df.dll)")/virt-df.dll" -a disk.img

# A program that uses the library.
mkdir program
cat >program/program.csproj <<E2
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <Nullable>enable</Nullable>
    <RestoreSources>$packages</RestoreSources>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="VirtTools" Version="*" />
  </ItemGroup>
</Project>
E2
cat >program/Program.cs <<'E2'
using VirtTools;

using var g = new Guestfs();
g.AddDrive(args[0], new() { ReadOnly = true });
g.Launch();
g.MountRo("/dev/sda", "/");
System.Console.Write(g.Cat("/greeting"));
E2
dotnet build program --nologo -v quiet -o "$work/program-bin" >/dev/null
expect 'goodbye from the guest' dotnet program-bin/program.dll disk.img
expect 'VirtTools.Api.xml' find "$NUGET_PACKAGES/virttools" -name 'VirtTools.Api.xml'

printf 'packages: %d passed, 0 failed\n' "$passed"
