using VirtTools.Fixtures.Building;
using VirtTools.GuestTests.Commands;

namespace VirtTools.GuestTests.Remote;

/// <summary>Keys that are made for one test.</summary>
internal static class TestKeys
{
    public static readonly HostProgram OpenSsl = new("openssl", "openssl");
    private static readonly HostProgram SshKeygen = new("ssh-keygen", "openssh-client");

    /// <summary>A key and a certificate for localhost, signed by itself.</summary>
    public static (string Key, string Certificate) Certificate(TestFolder folder)
    {
        var pair = (Key: folder["tls.key"], Certificate: folder["tls.crt"]);
        OpenSsl.Run(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            "-keyout", pair.Key, "-out", pair.Certificate);
        return pair;
    }

    /// <summary>A key for ssh without passphrase; the public one has .pub behind the name.</summary>
    public static string Ssh(string file)
    {
        SshKeygen.Run("-q", "-t", "ed25519", "-N", "", "-f", file);
        return file;
    }
}
