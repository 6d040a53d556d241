using System.Text;

namespace VirtTools.Generator;

/// <summary>How C# names map to the manual's names.</summary>
internal static class Names
{
    /// <summary><c>PartGetParttype</c> → <c>part_get_parttype</c>.</summary>
    public static string ToSnakeCase(string pascal)
    {
        var text = new StringBuilder(pascal.Length + 8);
        for (var i = 0; i < pascal.Length; i++)
        {
            if (i > 0 && char.IsUpper(pascal[i]))
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(pascal[i]));
        }

        return text.ToString();
    }

    public static string Upper(string camel) => char.ToUpperInvariant(camel[0]) + camel.Substring(1);

    /// <summary>A parameter name that is a C# keyword needs its at sign.</summary>
    public static string Escape(string name) =>
        Microsoft.CodeAnalysis.CSharp.SyntaxFacts.GetKeywordKind(name) == Microsoft.CodeAnalysis.CSharp.SyntaxKind.None ? name : "@" + name;
}
