using System.Globalization;
using System.Text;

namespace VirtTools.Commands;

/// <summary>
/// Writes XML as the original's does: two blanks a level, an element with text on one line. What the guest says may hold any bytes; characters that XML
/// does not allow become U+FFFD, so that the document is always well formed.
/// </summary>
internal sealed class XmlText
{
    private const string Indent = "  ";
    private const char Replacement = '\ufffd';

    private readonly StringBuilder _text = new("<?xml version=\"1.0\"?>\n");
    private int _level;

    /// <summary>An element with what <paramref name="content"/> writes in it; one without content is closed at once.</summary>
    public void Element(string name, Action content, (string Name, string Value)? attribute = null)
    {
        Open(name, attribute);
        var start = _text.Length;
        _text.Append(">\n");
        _level++;
        var empty = _text.Length;
        content();
        _level--;
        if (_text.Length == empty)
        {
            _text.Length = start;
            _text.Append("/>\n");
            return;
        }

        Tabulate();
        _text.Append(CultureInfo.InvariantCulture, $"</{name}>\n");
    }

    /// <summary>An element with text.</summary>
    public void Text(string name, string text, (string Name, string Value)? attribute = null)
    {
        Open(name, attribute);
        _text.Append('>');
        Escape(text, isAttribute: false);
        _text.Append(CultureInfo.InvariantCulture, $"</{name}>\n");
    }

    /// <summary>An element with text, unless there is none.</summary>
    public void Optional(string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            Text(name, text);
        }
    }

    /// <summary>An element with bytes, 72 characters a line.</summary>
    public void Bytes(string name, byte[] bytes)
    {
        const int BytesOnALine = 54;
        Open(name, null);
        _text.Append('>').AppendJoin("\r\n", bytes.Chunk(BytesOnALine).Select(Convert.ToBase64String));
        _text.Append(CultureInfo.InvariantCulture, $"</{name}>\n");
    }

    /// <summary>The document.</summary>
    public override string ToString() => _text.ToString();

    private void Open(string name, (string Name, string Value)? attribute)
    {
        Tabulate();
        _text.Append('<').Append(name);
        if (attribute is { } given)
        {
            _text.Append(CultureInfo.InvariantCulture, $" {given.Name}=\"");
            Escape(given.Value, isAttribute: true);
            _text.Append('"');
        }
    }

    private void Tabulate() => _text.Insert(_text.Length, Indent, _level);

    private void Escape(string text, bool isAttribute)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '<':
                    _text.Append("&lt;");
                    break;
                case '>':
                    _text.Append("&gt;");
                    break;
                case '&':
                    _text.Append("&amp;");
                    break;
                case '"':
                    _text.Append("&quot;");
                    break;
                case '\r':
                    _text.Append("&#13;");
                    break;
                case '\t' or '\n' when isAttribute:
                    _text.Append(CultureInfo.InvariantCulture, $"&#{rune.Value};");
                    break;
                case '\t' or '\n' or (>= 0x20 and < 0x80):
                    _text.Append((char)rune.Value);
                    break;
                case < 0x20 or 0xFFFE or 0xFFFF:
                    Append(new Rune(Replacement), isAttribute);
                    break;
                default:
                    Append(rune, isAttribute);
                    break;
            }
        }
    }

    private void Append(Rune rune, bool isAttribute)
    {
        if (isAttribute)
        {
            _text.Append(CultureInfo.InvariantCulture, $"&#x{rune.Value:X};");
        }
        else
        {
            _text.Append(rune.ToString());
        }
    }
}
