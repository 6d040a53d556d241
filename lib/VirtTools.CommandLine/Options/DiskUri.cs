using System.Globalization;
using VirtTools.Posix;

namespace VirtTools.CommandLine.Options;

/// <summary>The URI of a disk behind a server, taken apart as the original does it.</summary>
/// <param name="Protocol">Name of the protocol.</param>
/// <param name="Servers">At most one: <c>host</c>, <c>host:port</c> or <c>unix:/path</c>.</param>
/// <param name="Path">What is asked for there.</param>
/// <param name="User">User at the server.</param>
/// <param name="Secret">Password at the server.</param>
internal sealed record DiskUri(string Protocol, IReadOnlyList<string> Servers, string Path, string? User, string? Secret)
{
    private const string UnixTransport = "+unix";
    private const string TcpTransport = "+tcp";

    /// <summary>The last part of the path; where there is none, the server.</summary>
    public string DisplayName
    {
        get
        {
            var path = (Path.IndexOf('?') is >= 0 and var query ? Path[..query] : Path).TrimEnd('/');
            var name = path[(path.LastIndexOf('/') + 1)..];
            return name.Length > 0 ? name : Servers.Count > 0 ? Servers[0] : Protocol;
        }
    }

    /// <exception cref="UsageException">It is no such URI.</exception>
    public static DiskUri Parse(string scheme, string uri)
    {
        var rest = uri[(scheme.Length + "://".Length)..];
        if (rest.IndexOf('#') is >= 0 and var fragment)
        {
            rest = rest[..fragment];
        }

        var slash = rest.IndexOfAny(['/', '?']);
        var authority = slash < 0 ? rest : rest[..slash];
        var (path, query) = Split(slash < 0 ? "" : rest[slash..], '?');
        var protocol = scheme.EndsWith(UnixTransport, StringComparison.Ordinal) ? scheme[..^UnixTransport.Length]
            : scheme.EndsWith(TcpTransport, StringComparison.Ordinal) ? scheme[..^TcpTransport.Length]
            : scheme;
        var (user, secret) = UserOf(ref authority);
        var isWeb = protocol is "http" or "https" or "ftp" or "ftps";
        var plain = PercentText.Decode(path);
        return new(
            protocol,
            ServersOf(uri, authority, query),
            isWeb && query.Length > 0 ? $"{plain}?{query}" : protocol is "nbd" or "iscsi" or "rbd" ? plain.TrimStart('/') : plain,
            user,
            secret);
    }

    private static string[] ServersOf(string uri, string authority, string query)
    {
        const string Socket = "socket=";
        foreach (var part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.StartsWith(Socket, StringComparison.Ordinal))
            {
                return ["unix:" + PercentText.Decode(part[Socket.Length..])];
            }
        }

        if (authority.Length == 0)
        {
            return [];
        }

        var bracket = authority.LastIndexOf(']');
        var colon = authority.LastIndexOf(':');
        var hasPort = colon > bracket;
        return !hasPort || (int.TryParse(authority[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536)
            ? [authority]
            : throw new UsageException($"{WithoutSecret(uri)}: '{authority[(colon + 1)..]}' is no port");
    }

    private static (string? User, string? Secret) UserOf(ref string authority)
    {
        var at = authority.LastIndexOf('@');
        if (at < 0)
        {
            return (null, null);
        }

        // user:password; in iSCSI's own form user%password.
        var (user, secret) = Split(authority[..at], ':');
        authority = authority[(at + 1)..];
        return (PercentText.Decode(user), secret.Length > 0 ? PercentText.Decode(secret) : null);
    }

    /// <summary>A URI for messages.</summary>
    public static string WithoutSecret(string uri)
    {
        var start = uri.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = uri.IndexOfAny(['/', '?'], start);
        var at = uri.LastIndexOf('@', (end < 0 ? uri.Length : end) - 1);
        var colon = at > start ? uri.IndexOf(':', start, at - start) : -1;
        return colon < 0 ? uri : $"{uri[..colon]}:***{uri[at..]}";
    }

    private static (string Before, string Behind) Split(string text, char separator) =>
        text.IndexOf(separator) is >= 0 and var place ? (text[..place], text[(place + 1)..]) : (text, "");
}

/// <summary>Bytes written as %NN.</summary>
internal static class PercentText
{
    /// <summary>Undoes %NN byte by byte, since a path is bytes.</summary>
    public static string Decode(string text)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes.Add(Convert.FromHexString(text.AsSpan(i + 1, 2))[0]);
                i += 2;
            }
            else
            {
                var length = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]) ? 2 : 1;
                bytes.AddRange(ByteString.GetBytes(text.Substring(i, length)));
                i += length - 1;
            }
        }

        return ByteString.GetString(bytes.ToArray());
    }
}
