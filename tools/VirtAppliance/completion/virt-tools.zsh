#compdef @COMMANDS@
# Completion of the VirtTools commands for zsh. Each command tells itself what may stand where.
_virt_tools() {
    local line text
    local -a names folders shown
    while IFS= read -r line; do
        if [[ $line == ':files' ]]; then
            [[ $PREFIX != --*=* ]] || compset -P '*='
            _files
            return
        fi
        text=${line%%$'\t'*}
        if [[ $text == */ ]]; then
            folders+=("$text")
        else
            names+=("$text")
            shown+=("${line/$'\t'/  -- }")
        fi
    done < <("${(Q)words[1]}" --complete "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" </dev/null 2>/dev/null)
    # -Q is left out: zsh quotes what it inserts.
    (( ! $#names )) || compadd -l -d shown -- "${names[@]}"
    (( ! $#folders )) || compadd -S '' -- "${folders[@]}"
}
if [[ $funcstack[1] == _virt* ]]; then
    _virt_tools "$@"
else
    compdef _virt_tools @COMMANDS@
fi
