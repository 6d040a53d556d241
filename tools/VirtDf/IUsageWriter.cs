namespace VirtTools.Commands;

/// <summary>Writes what virt-df found in one of its formats.</summary>
internal interface IUsageWriter
{
    /// <summary>The next guest. Formats that need all guests at once keep it.</summary>
    void Add(Stream output, GuestUsage guest);

    /// <summary>There are no more guests.</summary>
    void End(Stream output);
}
