namespace VirtTools.Daemon.Boot;

/// <summary>The daemon cannot go on: the message goes to the console and the machine is switched off.</summary>
internal sealed class FatalException(string message) : Exception(message);
