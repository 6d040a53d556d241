namespace VirtTools.Commands.Tables;

/// <summary>A partition table that cannot be used; the message is the part of a sentence that says why.</summary>
internal sealed class TableDamagedException(string reason) : Exception(reason);
