# Completion of the VirtTools commands for bash. Each command tells itself what may stand where.
_virt_tools() {
    local line=${COMP_LINE:0:COMP_POINT} words=() word i reply text
    # bash splits words at = and : too; the command knows words between blanks only.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if ((i == 0)) || [[ $line == [[:space:]]* ]]; then
            while [[ $line == [[:space:]]* ]]; do line=${line#?}; done
            words+=('')
        fi
        # The cursor may stand inside of the last word.
        [[ $line == "$word"* ]] || word=$line
        words[${#words[@]} - 1]+=$word
        line=${line#"$word"}
    done
    local current=${words[${#words[@]} - 1]} last=${COMP_WORDS[COMP_CWORD]}
    # What stands before the piece that bash replaces.
    local before=${current%"$last"}
    [[ $last != [=:]* ]] || before=$current last=''
    for ((i = 0; i < ${#words[@]}; i++)); do
        words[i]=${words[i]//\\/}
    done
    COMPREPLY=()
    while IFS= read -r reply; do
        if [[ $reply == :files ]]; then
            compopt -o filenames 2>/dev/null
            while IFS= read -r text; do COMPREPLY+=("$text"); done < <(compgen -f -- "${last//\\/}")
            continue
        fi
        text=${reply%%$'\t'*}
        [[ $text != */ && $text != *= ]] || compopt -o nospace 2>/dev/null
        text=${text#"$before"}
        printf -v text %q "$text"
        COMPREPLY+=("$text")
    done < <("${words[0]}" --complete "${words[@]:1}" </dev/null 2>/dev/null)
}
complete -F _virt_tools @COMMANDS@
