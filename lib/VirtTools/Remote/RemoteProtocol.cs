namespace VirtTools.Remote;

/// <summary>How a server is talked to.</summary>
internal enum RemoteProtocol
{
    Nbd,
    Ssh,
    Http,
    Https,
    Ftp,
    Ftps,
    Iscsi,
    Rbd,
}

/// <summary>What differs between protocols.</summary>
internal static class RemoteProtocols
{
    /// <summary>The protocol of that name; null for one that is not supported.</summary>
    public static RemoteProtocol? Find(string name) => name switch
    {
        "nbd" => RemoteProtocol.Nbd,
        "ssh" => RemoteProtocol.Ssh,
        "http" => RemoteProtocol.Http,
        "https" => RemoteProtocol.Https,
        "ftp" => RemoteProtocol.Ftp,
        "ftps" => RemoteProtocol.Ftps,
        "iscsi" => RemoteProtocol.Iscsi,
        "rbd" => RemoteProtocol.Rbd,
        _ => null,
    };

    extension(RemoteProtocol protocol)
    {
        /// <summary>Name of the protocol, which is that of its scheme and of QEMU's driver.</summary>
        public string Name => protocol.ToString().ToLowerInvariant();

        /// <summary>Spoken by QEMU's curl driver.</summary>
        public bool IsWeb => protocol is RemoteProtocol.Http or RemoteProtocol.Https or RemoteProtocol.Ftp or RemoteProtocol.Ftps;

        /// <summary>Whether the protocol, as QEMU speaks it, can write.</summary>
        public bool CanWrite => !protocol.IsWeb;

        /// <summary>The port where nobody names one; null where it is left to QEMU's driver.</summary>
        public int? Port => protocol switch
        {
            RemoteProtocol.Nbd => 10809,
            RemoteProtocol.Ssh => 22,
            RemoteProtocol.Iscsi => 3260,
            _ => null,
        };
    }
}
