using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.XPath;
using VirtTools.CommandLine.Output;
using VirtTools.CommandLine.Running;

namespace VirtTools.Commands;

/// <summary>The other job of virt-inspector: an XPath query on XML that comes from standard input.</summary>
internal static class XmlQuery
{
    // Numbers look as libxml2 has them: fifteen digits, with an exponent beyond these two.
    private const double SmallestPlain = 1e-5;
    private const double LargestPlain = 1e9;
    private const string PlainFormat = "0.###############";
    private const string ScientificFormat = "0.##############e+00";

    /// <summary>Reads the document, prints what the query selects.</summary>
    /// <exception cref="CommandFailedException">The input is no XML, or the query is wrong.</exception>
    public static Task RunAsync(string query, Stream input, CommandStreams streams, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        streams.Write(Answer(Load(input), query));
        return Task.CompletedTask;
    }

    private static XPathDocument Load(Stream input)
    {
        // No document type: entities could make a small document large, or name other files.
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, IgnoreWhitespace = true, XmlResolver = null };
        try
        {
            using var reader = XmlReader.Create(input, settings);
            return new XPathDocument(reader);
        }
        catch (XmlException e)
        {
            throw new CommandFailedException($"what comes from standard input is no XML: {e.Message}");
        }
    }

    private static string Answer(XPathDocument document, string query)
    {
        try
        {
            return document.CreateNavigator().Evaluate(query) switch
            {
                XPathNodeIterator nodes => Nodes(nodes),
                bool truth => truth ? "true\n" : "false\n",
                double number => Number(number) + "\n",
                string { Length: > 0 } text => text + "\n",
                _ => "",
            };
        }
        catch (Exception e) when (e is XPathException or ArgumentException)
        {
            throw new CommandFailedException($"{query}: this is no XPath query: {e.Message}");
        }
    }

    private static string Nodes(XPathNodeIterator nodes)
    {
        var text = new StringBuilder();
        foreach (XPathNavigator node in nodes)
        {
            text.Append(Node(node)).Append('\n');
        }

        return text.ToString();
    }

    private static string Node(XPathNavigator node) => node.NodeType switch
    {
        XPathNodeType.Attribute => $" {node.Name}=\"{Escape(node.Value).Replace("\"", "&quot;", StringComparison.Ordinal)}\"",
        XPathNodeType.Text or XPathNodeType.SignificantWhitespace or XPathNodeType.Whitespace => Escape(node.Value),
        XPathNodeType.Root => Markup(node) + "\n",
        _ => Markup(node),
    };

    private static string Markup(XPathNavigator node)
    {
        var text = new StringBuilder();
        var settings = new XmlWriterSettings
        {
            ConformanceLevel = ConformanceLevel.Fragment, Indent = true, IndentChars = "  ", NewLineChars = "\n", OmitXmlDeclaration = true,
        };
        using (var writer = XmlWriter.Create(text, settings))
        {
            node.WriteSubtree(writer);
        }

        return text.ToString().Replace(" />", "/>", StringComparison.Ordinal);
    }

    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Number(double number) => number switch
    {
        double.PositiveInfinity => "Infinity",
        double.NegativeInfinity => "-Infinity",
        double.NaN => "NaN",
        0 => "0",
        _ => number.ToString(Math.Abs(number) is >= SmallestPlain and <= LargestPlain ? PlainFormat : ScientificFormat, CultureInfo.InvariantCulture),
    };
}
