# './build.sh pack': the packages in artifacts/packages/. Sourced by build.sh.

readonly packages_folder=$artifacts/packages
readonly largest_appliance_package=$((150 * 1000 * 1000))

pack() {
    make_appliance
    write_share
    rm -rf "$packages_folder"
    mkdir -p "$packages_folder"
    say 'packing the library'
    dotnet pack lib/VirtTools -c Release -p:RunAnalyzers=false --nologo -v quiet -o "$packages_folder" -p:BesideTools="$bin"
    local project
    for project in tools/*/; do
        say "packing $(basename "$project")"
        pack_tool "$project"
        pack_tool "$project" -r linux-x64
        pack_tool "$project" -r any -p:PublishAot=false
    done
    check_appliance_package
    ls -l "$packages_folder"
    local option
    for option in "$@"; do
        case $option in
            --sources) fetch_sources ;;
            --check) tests/installed-packages.sh "$packages_folder" ;;
            *) die "pack: unknown option: $option" ;;
        esac
    done
}

pack_tool() {
    dotnet pack "$@" -c Release -p:RunAnalyzers=false --nologo -v quiet -o "$packages_folder" -p:BesideTools="$bin" -p:CarriedAppliance="$appliance" -p:SharedFiles="$artifacts/share"
}

check_appliance_package() {
    local file size
    for file in "$packages_folder"/virt-appliance.*.nupkg; do
        size=$(stat -c %s "$file")
        printf '%s: %d MB\n' "$(basename "$file")" $((size / 1000000))
        ((size <= largest_appliance_package)) || die "$file is larger than $largest_appliance_package bytes"
    done
}

# The licences of what the appliance holds ask for its source: exactly the source packages of the manifest.
fetch_sources() {
    need_packages dpkg-dev
    say 'fetching the Debian sources of the appliance'
    local state=$artifacts/sources.apt target=$packages_folder/sources wanted
    mkdir -p "$state/lists/partial" "$state/archives/partial" "$state/etc" "$target"
    : >"$state/status"
    # The host's own Debian mirrors, for the suite that the appliance is made of.
    apt-get indextargets --format '$(SITE) $(RELEASE)' 'Created-By: Packages' | sort -u \
        | awk '$2 ~ /^bookworm/ { print "deb-src", $1, $2, "main" }' | sort -u >"$state/etc/sources.list"
    local apt=(
        -o "Dir::State=$state" -o "Dir::State::status=$state/status" -o "Dir::Cache=$state"
        -o "Dir::Etc::sourcelist=$state/etc/sources.list" -o Dir::Etc::sourceparts=- -o APT::Sandbox::User=
    )
    apt-get "${apt[@]}" update -qq
    mapfile -t wanted < <(awk -F'"' '/"source":/ { name = $4 } /"sourceVersion":/ { print name "=" $4 }' "$appliance/manifest.json" | sort -u)
    if ! (cd "$target" && apt-get "${apt[@]}" source -qq --download-only --only-source "${wanted[@]}" 2>"$state/errors"); then
        # One by one, to say which are not there: a mirror may hold fewer sources than its index lists.
        local package missing=()
        for package in "${wanted[@]}"; do
            (cd "$target" && apt-get "${apt[@]}" source -qq --download-only --only-source "$package" 2>>"$state/errors") || missing+=("$package")
        done
        ((${#missing[@]} == 0)) || die "the Debian mirrors of this host do not hold the sources of ${#missing[@]} of ${#wanted[@]} packages: ${missing[*]}"
    fi
    printf '%d source packages in %s\n' "${#wanted[@]}" "$target"
}
