namespace VirtTools.Commands;

/// <summary>Writes what virt-df found in one of its formats.</summary>
internal interface IUsageWriter
{
    void Begin(Stream output);

    void Add(Stream output, GuestUsage guest);

    void End(Stream output);
}
