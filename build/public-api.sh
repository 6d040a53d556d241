# './build.sh api': brings the lists of public names up to date with the code. Sourced by build.sh.

# The libraries that programs outside are compiled against.
readonly public_libraries=(lib/VirtTools.Api lib/VirtTools)

# New names go to PublicAPI.Unshipped.txt and names that are gone leave it; what has shipped is left for a person to decide.
update_public_api() {
    need_sdk
    local library output=$artifacts/public-api unshipped
    mkdir -p "$output"
    for library in "${public_libraries[@]}"; do
        say "public names of $library"
        unshipped=$library/PublicAPI.Unshipped.txt
        dotnet build "$library" --no-incremental --nologo -v quiet -o "$output/bin" \
            -p:TreatWarningsAsErrors=false -p:WarningsNotAsErrors='RS0016%3BRS0017' >"$output/warnings" || true
        {
            echo '#nullable enable'
            {
                grep -vxF -f <(names_of RS0017 'is part of the declared API' "$output/warnings") "$unshipped" | grep -v '^#' || true
                names_of RS0016 'is not part of the declared public API' "$output/warnings"
            } | LC_ALL=C sort -u
        } >"$unshipped.new"
        mv "$unshipped.new" "$unshipped"
        git --no-pager diff --stat -- "$unshipped"
    done
}

# The names that the warnings of one kind are about; never nothing, since an empty list of patterns would match all lines.
names_of() {
    sed -n "s/.*warning $1: Symbol '\(.*\)' $2.*/\1/p" "$3" | LC_ALL=C sort -u
    [[ $1 != RS0017 ]] || echo ' no such name '
}
