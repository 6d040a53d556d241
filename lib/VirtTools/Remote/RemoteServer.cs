using System.Globalization;

namespace VirtTools.Remote;

/// <summary>A server of a remote disk.</summary>
/// <param name="Host">Name or address, an IPv6 address without brackets; empty for a local socket.</param>
/// <param name="Port">Null for the protocol's own.</param>
/// <param name="Socket">Path of a local socket; null for TCP.</param>
internal sealed record RemoteServer(string Host, int? Port, string? Socket = null)
{
    private const string Tcp = "tcp:";
    private const string Unix = "unix:";

    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>[v6]:port</c>, each perhaps behind <c>tcp:</c>, or <c>unix:/path</c>.</summary>
    /// <returns>Null for what is none of these.</returns>
    public static RemoteServer? Parse(string text)
    {
        if (text.StartsWith(Unix, StringComparison.Ordinal))
        {
            return text.Length > Unix.Length ? new("", null, text[Unix.Length..]) : null;
        }

        var address = text.StartsWith(Tcp, StringComparison.Ordinal) ? text[Tcp.Length..] : text;
        var colon = address.LastIndexOf(':');
        var bracket = address.LastIndexOf(']');
        var isBareV6 = bracket < 0 && colon > 0 && address.IndexOf(':') != colon;
        if (colon < 0 || colon < bracket || isBareV6)
        {
            return IsHost(address) ? new(address.Trim('[', ']'), null) : null;
        }

        return IsHost(address[..colon])
            && int.TryParse(address[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
                ? new(address[..colon].Trim('[', ']'), port)
                : null;
    }

    public override string ToString() =>
        Socket is not null ? Unix + Socket
        : (Host.Contains(':') ? $"[{Host}]" : Host) + (Port is null ? "" : string.Create(CultureInfo.InvariantCulture, $":{Port}"));

    // What it holds goes into addresses that are parsed again, by libcurl for one.
    private static bool IsHost(string text) =>
        text.Length is > 0 and <= 255 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or ':' or '[' or ']' or '%');
}
