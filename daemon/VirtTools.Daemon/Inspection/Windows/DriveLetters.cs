using System.Buffers.Binary;

namespace VirtTools.Daemon.Inspection.Windows;

/// <summary>Drive letters, from the key MountedDevices: a letter stands for a disk and an offset (MBR), or for the identity of a partition (GPT).</summary>
internal static class DriveLetters
{
    private const string Prefix = @"\DosDevices\";
    private const int LengthInMbr = 12;
    private const int LengthInGpt = 24;
    private const int MostLetters = 26;

    /// <summary>Letters that are looked for, those that stand for nothing included.</summary>
    private const int MostTries = 1000;

    /// <summary>The letters whose partition is there.</summary>
    /// <param name="hive">The hive SYSTEM; null where it cannot be read.</param>
    /// <param name="devices">Finds partitions.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Resolve(RegistryHive? hive, IPartitionFinder devices)
    {
        var drives = new List<KeyValuePair<string, string>>();
        foreach (var value in (hive?.Find("MountedDevices")?.Values() ?? []).Where(value => LetterIn(value.Name) is not null).Take(MostTries))
        {
            if (drives.Count < MostLetters && LetterIn(value.Name) is { } letter && drives.TrueForAll(drive => drive.Key != letter)
                && value.Data() is { } place && Partition(place, devices) is { } device)
            {
                drives.Add(new(letter, device));
            }
        }

        return drives;
    }

    private static string? LetterIn(string name) =>
        name.Length == Prefix.Length + 2 && name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && name[^1] == ':'
            && char.IsAsciiLetter(name[^2])
                ? name[^2].ToString()
                : null;

    private static string? Partition(byte[] place, IPartitionFinder devices) => place.Length switch
    {
        LengthInMbr => devices.OnDiskWithSignature(
            BinaryPrimitives.ReadUInt32LittleEndian(place), BinaryPrimitives.ReadInt64LittleEndian(place.AsSpan(sizeof(uint)))),
        LengthInGpt when place.AsSpan().StartsWith("DMIO:ID:"u8) => devices.WithPartitionUuid(new Guid(place.AsSpan(8)).ToString("D")),
        _ => null,
    };
}
