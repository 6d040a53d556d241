namespace VirtTools.Connection;

/// <summary>The channel to the daemon was closed from the other side.</summary>
internal sealed class ApplianceGoneException() : Exception("the appliance closed the connection");
