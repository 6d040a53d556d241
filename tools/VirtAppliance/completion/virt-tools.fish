# Completion of the VirtTools commands for fish. Each command tells itself what may stand where.
function __virt_tools
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] --complete $words[2..-1] "$current" </dev/null 2>/dev/null)
        if test "$line" = :files
            set -l option (string match -r -- '^--[^=]*=' $current)
            for path in (__fish_complete_path (string replace -r -- '^--[^=]*=' '' $current))
                echo "$option"$path
            end
        else
            echo $line
        end
    end
end
for command in @COMMANDS@
    complete -c $command -f -a '(__virt_tools)'
end
