namespace VirtTools.BlockAccess;

/// <summary>
/// Arguments of the monitor commands that make QEMU serve block nodes over NBD (QEMU, qapi/block-export.json). The server gets a socket that listens already,
/// by the name of a descriptor.
/// </summary>
internal static class NbdServer
{
    private const string Listener = "listener";

    /// <summary>Of <c>getfd</c>, with which the listening socket goes.</summary>
    public const string Descriptor = $$"""{"fdname":"{{Listener}}"}""";

    /// <summary>Of <c>nbd-server-start</c>.</summary>
    /// <param name="clients">How many may connect.</param>
    public static string Start(int clients) =>
        $$$"""{"addr":{"type":"fd","data":{"str":"{{{Listener}}}"}},"max-connections":{{{clients}}}}""";

    /// <summary>Of <c>block-export-add</c>.</summary>
    /// <param name="name">How clients call it.</param>
    /// <param name="node">The node, as JSON text.</param>
    /// <param name="writable">Whether clients may write.</param>
    public static string Export(string name, string node, bool writable) =>
        $$"""{"type":"nbd","id":"{{name}}","node-name":{{node}},"name":"{{name}}","writable":{{(writable ? "true" : "false")}}}""";
}
