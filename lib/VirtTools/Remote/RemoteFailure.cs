using VirtTools.Images;

namespace VirtTools.Remote;

/// <summary>Turns what QEMU says of a server into a sentence that says what to do.</summary>
internal static class RemoteFailure
{
    private const int LongestQuote = 300;

    public static ImageException Of(RemoteAddress address, string said)
    {
        var reason = said.ReplaceLineEndings(" ").Trim();
        reason = reason.Length > LongestQuote ? reason[..LongestQuote] + "..." : reason;
        reason = address.Secret is { } secret ? reason.Replace(secret, "***", StringComparison.Ordinal) : reason;
        return new(ErrnoOf(reason), $"{address}: {reason}{(Remedy(address, reason) is { Length: > 0 } remedy ? remedy : CommonRemedy(reason))}");
    }

    private static string Remedy(RemoteAddress address, string reason)
    {
        if (IsMissingDriver(reason))
        {
            return $"; this QEMU cannot open {address.Protocol.Name}: install the package qemu-block-extra (Debian, Ubuntu) or {FedoraPackage(address)} (Fedora)";
        }

        if (address.Protocol == RemoteProtocol.Ssh)
        {
            var port = address.Servers[0].Port is { } number ? $"-p {number} " : "";
            return reason switch
            {
                _ when Says(reason, "does not match") || Says(reason, "attack") =>
                    "; the server may be another one: find out why before you remove its line from known_hosts (ssh-keygen -R)",
                _ when Says(reason, "host key") || Says(reason, "known_hosts") =>
                    $"; connect once with ssh {port}{address.Servers[0].Host}, compare the fingerprint, and let ssh keep it",
                _ when Says(reason, "authenticat") =>
                    "; load a key into ssh-agent (ssh-add), or keep one without passphrase in ~/.ssh: nobody is asked for a password",
                _ => "",
            };
        }

        return reason switch
        {
            _ when Says(reason, "certificate") =>
                "; if the authority is your own, add it to the host's (Debian: /usr/local/share/ca-certificates, then update-ca-certificates)",
            // NBD knows no users: this is what QEMU says of an export that may only be read.
            _ when address.Protocol == RemoteProtocol.Nbd && IsLogin(reason) => "; the server only lets it be read: have it allow writing, or copy the image here",
            _ when IsLogin(reason) => $"; name a user and password that the server accepts ({address.Protocol.Name}://USER:PASSWORD@HOST/...)",
            _ => "",
        };
    }

    /// <summary>What to do whatever the protocol.</summary>
    private static string CommonRemedy(string reason) => reason switch
    {
        _ when Says(reason, "refused") => "; see that the server runs, and that the port is right",
        _ when Says(reason, "resolve") || Says(reason, "not known") || Says(reason, "address resolution") => "; check the name of the host",
        _ when Says(reason, "timed out") || Says(reason, "Timeout") || Says(reason, "unreachable") || Says(reason, "No route") || Says(reason, "Failed to connect") =>
            "; see that the server can be reached from here",
        _ when Says(reason, "404") || Says(reason, "No such file") || Says(reason, "not found") || Says(reason, "not available") => "; check the path or name of the disk",
        _ when Says(reason, "range") => "; the server must be able to send parts of a file: let it, or copy the image here",
        _ when Says(reason, "read-only") || Says(reason, "write-protected") || Says(reason, "not writable") => "; let the server allow writing, or copy the image here",
        _ => "",
    };

    private static bool IsLogin(string reason) =>
        Says(reason, "401") || Says(reason, "403") || Says(reason, "530") || Says(reason, "denied") || Says(reason, "authentication") || Says(reason, "authoriz");

    /// <summary>Whether QEMU lacks the driver: it says so, and a message of ours still holds its words.</summary>
    public static bool IsMissingDriver(string said) => Says(said, "nknown driver") || Says(said, "does not accept value") || Says(said, "nknown protocol");

    private static string FedoraPackage(RemoteAddress address) => address.Protocol.IsWeb ? "qemu-block-curl" : $"qemu-block-{address.Protocol.Name}";

    private static string ErrnoOf(string reason) =>
        Says(reason, "refused") || Says(reason, "Failed to connect") ? "ECONNREFUSED"
        : Says(reason, "timed out") || Says(reason, "Timeout") ? "ETIMEDOUT"
        : Says(reason, "404") || Says(reason, "No such file") ? "ENOENT"
        : Says(reason, "authenticat") || Says(reason, "host key") || Says(reason, "certificate") || IsLogin(reason) ? "EACCES"
        : "EIO";

    private static bool Says(string reason, string words) => reason.Contains(words, StringComparison.OrdinalIgnoreCase);
}
