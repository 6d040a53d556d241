using System.Text;
using System.Xml.Linq;

namespace VirtTools.Generator;

/// <summary>The doc comment of a declaration, taken apart so that its pieces can go to the generated members.</summary>
internal sealed class DocComment
{
    private readonly XElement _root;

    private DocComment(XElement root) => _root = root;

    public bool IsEmpty => _root.Element("summary") is null;

    public static DocComment Parse(string? xml)
    {
        try
        {
            return new DocComment(string.IsNullOrWhiteSpace(xml) ? new XElement("member") : XElement.Parse(xml, LoadOptions.PreserveWhitespace));
        }
        catch (System.Xml.XmlException)
        {
            return new DocComment(new XElement("member"));
        }
    }

    /// <summary>The inner text of one parameter's comment.</summary>
    public string Parameter(string name) =>
        Inner(_root.Elements("param").FirstOrDefault(p => p.Attribute("name")?.Value == name)) ?? "";

    /// <summary>Everything but the parameters, as lines of a comment without slashes.</summary>
    public string WithoutParameters()
    {
        var text = new StringBuilder();
        foreach (var element in _root.Elements().Where(e => e.Name != "param"))
        {
            text.Append(Tidy(element.ToString(SaveOptions.DisableFormatting))).Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    private static string? Inner(XElement? element) =>
        element is null ? null : Tidy(string.Concat(element.Nodes().Select(n => n.ToString(SaveOptions.DisableFormatting)))).Trim();

    private static string Tidy(string text) =>
        string.Join("\n", text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
}
