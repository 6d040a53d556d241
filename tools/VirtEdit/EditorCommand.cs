using System.Text;
using VirtTools.CommandLine.Running;

namespace VirtTools.Commands;

/// <summary>
/// Takes the words of EDITOR apart as a shell would: blanks, quotes and backslashes. No shell runs; what only a shell could do is refused, so that it
/// is not taken for a part of a name.
/// </summary>
internal static class EditorCommand
{
    private const string Standard = "vi";
    private const string ForShells = "$`;|&<>()";

    /// <summary>The program and its arguments.</summary>
    /// <param name="editor">The value of EDITOR; null or empty for vi.</param>
    /// <exception cref="CommandFailedException">A quote without its end, or something that only a shell could do.</exception>
    public static IReadOnlyList<string> Split(string? editor)
    {
        if (string.IsNullOrWhiteSpace(editor))
        {
            return [Standard];
        }

        var words = new List<string>();
        var word = new StringBuilder();
        var isInside = false;
        for (var i = 0; i < editor.Length; i++)
        {
            var c = editor[i];
            switch (c)
            {
                case ' ' or '\t' or '\n':
                    End();
                    continue;
                case '\'' or '"':
                    i = Quoted(editor, i, word);
                    break;
                case '\\' when i + 1 < editor.Length:
                    word.Append(editor[++i]);
                    break;
                case '~' when !isInside:
                case var special when ForShells.Contains(special):
                    throw ForShell(c);
                default:
                    word.Append(c);
                    break;
            }

            isInside = true;
        }

        End();
        return words;

        void End()
        {
            if (isInside)
            {
                words.Add(word.ToString());
                word.Clear();
                isInside = false;
            }
        }
    }

    /// <returns>Index of the closing quote.</returns>
    private static int Quoted(string editor, int start, StringBuilder word)
    {
        var quote = editor[start];
        for (var i = start + 1; i < editor.Length; i++)
        {
            var c = editor[i];
            if (c == quote)
            {
                return i;
            }

            if (quote == '"' && c is '$' or '`')
            {
                throw ForShell(c);
            }

            if (quote == '"' && c == '\\' && i + 1 < editor.Length && editor[i + 1] is '"' or '\\' or '$' or '`')
            {
                c = editor[++i];
            }

            word.Append(c);
        }

        throw new CommandFailedException($"EDITOR: a quote without its end: {editor}");
    }

    private static CommandFailedException ForShell(char c) =>
        new($"EDITOR: '{c}' would need a shell, and none runs here: quote it, or write a script and name that");
}
