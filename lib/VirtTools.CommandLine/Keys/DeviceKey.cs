namespace VirtTools.CommandLine.Keys;

/// <summary>A key to try on a device.</summary>
/// <param name="Text">The key; whoever tries it disposes it.</param>
/// <param name="Origin">Where it comes from, for messages: never the key itself.</param>
internal readonly record struct DeviceKey(SecretText Text, string Origin);
