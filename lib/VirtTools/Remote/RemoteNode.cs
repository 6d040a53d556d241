using System.Globalization;
using System.Text;
using System.Text.Json;
using VirtTools.Launch;

namespace VirtTools.Remote;

/// <summary>The arguments of <c>blockdev-add</c> for a disk behind a server (QEMU, qapi/block-core.json).</summary>
internal static class RemoteNode
{
    /// <summary>Name of the node of the protocol.</summary>
    public const string Name = "server";

    /// <summary>Name of the secret object.</summary>
    public const string SecretName = "secret";

    /// <summary>Name under which QEMU has the descriptor of a local socket.</summary>
    public const string SocketName = "socket";

    // Seconds for one request; QEMU's own 5 are little for a slow server.
    private const int WebTimeout = 60;

    // Characters of an URL's path and query that stand for themselves (RFC 3986, 3.3 and 3.4).
    private const string PathCharacters = "/-._~!$&'()*+,;=:@";
    private const string QueryCharacters = PathCharacters + "?%";

    public static string Of(RemoteAddress address, bool readOnly) => Json.Object(writer =>
    {
        writer.WriteString("driver", address.Protocol.Name);
        writer.WriteString("node-name", Name);
        writer.WriteBoolean("read-only", readOnly);
        writer.WriteBoolean("auto-read-only", false);
        switch (address.Protocol)
        {
            case RemoteProtocol.Nbd:
                WriteServer(writer, "server", address, typed: true);
                writer.WriteString("export", address.Path);
                break;
            case RemoteProtocol.Ssh:
                WriteServer(writer, "server", address, typed: false);
                writer.WriteString("path", address.Path);
                WriteOptional(writer, "user", address.User);

                // As ssh would do it: a key that is not in known_hosts is refused.
                writer.WriteStartObject("host-key-check");
                writer.WriteString("mode", "known_hosts");
                writer.WriteEndObject();
                break;
            case RemoteProtocol.Iscsi:
                WriteIscsi(writer, address);
                break;
            case RemoteProtocol.Rbd:
                WriteRbd(writer, address);
                break;
            default:
                WriteWeb(writer, address);
                break;
        }
    });

    /// <summary>The arguments of <c>object-add</c> for the password; null where there is none.</summary>
    public static string? Secret(RemoteAddress address) => address.Secret is not { } secret ? null : Json.Object(writer =>
    {
        writer.WriteString("qom-type", "secret");
        writer.WriteString("id", SecretName);

        // Keys of Ceph are base64 already, as its own programs print them.
        writer.WriteString("data", address.Protocol == RemoteProtocol.Rbd ? secret : Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)));
        writer.WriteString("format", "base64");
    });

    /// <summary>The address that libcurl gets.</summary>
    public static string UrlOf(RemoteAddress address)
    {
        var query = address.Path[address.PathOnly.Length..];
        return $"{address.Protocol.Name}://{address.Servers[0]}{Escape(address.PathOnly, PathCharacters)}{Escape(query, QueryCharacters)}";
    }

    private static void WriteWeb(Utf8JsonWriter writer, RemoteAddress address)
    {
        writer.WriteString("url", UrlOf(address));
        WriteOptional(writer, "username", address.User);
        WriteOptional(writer, "password-secret", address.Secret is null ? null : SecretName);
        writer.WriteNumber("timeout", WebTimeout);
        if (address.Protocol is RemoteProtocol.Https or RemoteProtocol.Ftps)
        {
            writer.WriteBoolean("sslverify", true);
        }
    }

    private static void WriteIscsi(Utf8JsonWriter writer, RemoteAddress address)
    {
        var (target, unit) = address.Target();
        var server = address.Servers[0];
        writer.WriteString("transport", "tcp");
        writer.WriteString("portal", (server with { Port = server.Port ?? address.Protocol.Port }).ToString());
        writer.WriteString("target", target);
        writer.WriteNumber("lun", unit);
        WriteOptional(writer, "user", address.User);
        WriteOptional(writer, "password-secret", address.Secret is null ? null : SecretName);
    }

    private static void WriteRbd(Utf8JsonWriter writer, RemoteAddress address)
    {
        var parts = address.Path.Split('/');
        writer.WriteString("pool", parts[0]);
        writer.WriteString("image", parts[1]);
        WriteOptional(writer, "user", address.User);
        WriteOptional(writer, "key-secret", address.Secret is null ? null : SecretName);
        if (address.Servers.Count > 0)
        {
            writer.WriteStartArray("server");
            foreach (var server in address.Servers)
            {
                writer.WriteStartObject();
                writer.WriteString("host", server.Host);
                writer.WriteString("port", (server.Port ?? 6789).ToString(CultureInfo.InvariantCulture));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }
    }

    private static void WriteServer(Utf8JsonWriter writer, string member, RemoteAddress address, bool typed)
    {
        var server = address.Servers[0];
        writer.WriteStartObject(member);
        if (server.Socket is not null)
        {
            // Connected by us, so that QEMU opens nothing.
            writer.WriteString("type", "fd");
            writer.WriteString("str", SocketName);
        }
        else
        {
            if (typed)
            {
                writer.WriteString("type", "inet");
            }

            writer.WriteString("host", server.Host);
            writer.WriteString("port", (server.Port ?? address.Protocol.Port!.Value).ToString(CultureInfo.InvariantCulture));
        }

        writer.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static string Escape(string text, string plain)
    {
        var escaped = new StringBuilder();
        foreach (var b in VirtTools.Posix.ByteString.GetBytes(text))
        {
            _ = b < 0x80 && (char.IsAsciiLetterOrDigit((char)b) || plain.Contains((char)b)) ? escaped.Append((char)b) : escaped.Append($"%{b:X2}");
        }

        return escaped.ToString();
    }
}
