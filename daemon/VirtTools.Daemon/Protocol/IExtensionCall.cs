namespace VirtTools.Daemon.Protocol;

/// <summary>A call that the original does not have.</summary>
internal interface IExtensionCall
{
    /// <summary>Its number.</summary>
    uint Procedure { get; }

    /// <summary>Carries it out and replies.</summary>
    /// <exception cref="Dispatch.DaemonException">It failed.</exception>
    /// <exception cref="Wire.ProtocolException">The arguments are malformed.</exception>
    void Serve(ActionRequest request);
}
