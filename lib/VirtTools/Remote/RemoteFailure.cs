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
        return new(ErrnoOf(reason), $"{address}: {reason}{Remedy(address, reason)}");
    }

    private static string Remedy(RemoteAddress address, string reason)
    {
        if (Says(reason, "nknown driver") || Says(reason, "does not accept value") || Says(reason, "nknown protocol"))
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

        return Says(reason, "certificate")
            ? "; if the authority is your own, add it to the host's (Debian: /usr/local/share/ca-certificates, then update-ca-certificates)"
            : "";
    }

    private static string FedoraPackage(RemoteAddress address) => address.Protocol.IsWeb ? "qemu-block-curl" : $"qemu-block-{address.Protocol.Name}";

    private static string ErrnoOf(string reason) =>
        Says(reason, "refused") || Says(reason, "Failed to connect") ? "ECONNREFUSED"
        : Says(reason, "timed out") || Says(reason, "Timeout") ? "ETIMEDOUT"
        : Says(reason, "404") || Says(reason, "No such file") ? "ENOENT"
        : Says(reason, "authenticat") || Says(reason, "host key") || Says(reason, "certificate") || Says(reason, "401") || Says(reason, "403") ? "EACCES"
        : "EIO";

    private static bool Says(string reason, string words) => reason.Contains(words, StringComparison.OrdinalIgnoreCase);
}
