namespace VirtTools.Wire;

/// <summary>The bytes received are not a message of the protocol; the connection cannot go on.</summary>
internal sealed class ProtocolException(string message) : Exception(message);
