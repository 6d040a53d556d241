using System.Text.Json;
using System.Text.Json.Serialization;
using VirtTools.Posix;

namespace VirtTools.Commands.InPlace;

/// <summary>
/// What a commit needs to be carried out again after it was killed. It lies beside the image from the moment when nothing more can fail for a reason of
/// the guest's until all of the overlay is in the image: as long as it is there the image may be half new, and it must not be used.
/// </summary>
internal sealed record CommitRecord
{
    /// <summary>The only version so far.</summary>
    public const int CurrentVersion = 1;

    // A record is a few hundred bytes; a longer file is none of ours.
    private const int LongestRecord = 16 * 1024;

    public required int Version { get; init; }

    /// <summary>Name of the image in its folder.</summary>
    public required string Image { get; init; }

    /// <summary>raw or qcow2.</summary>
    public required string Format { get; init; }

    /// <summary>The file system and the inode of the image: another file under its name is not written.</summary>
    public required string Device { get; init; }

    public required ulong Inode { get; init; }

    /// <summary>Size of the disk in bytes before.</summary>
    public required long OldSize { get; init; }

    /// <summary>Size of the disk in bytes afterwards.</summary>
    public required long NewSize { get; init; }

    /// <summary>Length of the image file and time of its last change before: while they are the same, nothing has been committed.</summary>
    public required long ImageLength { get; init; }

    public required string ImageTime { get; init; }

    /// <summary>Length of the overlay file, all of which was on the disk before the record was.</summary>
    public required long OverlayLength { get; init; }

    /// <summary>The line that the command prints at the end.</summary>
    public required string Summary { get; init; }

    /// <summary>Reads it; null where there is none.</summary>
    /// <exception cref="InvalidDataException">It cannot be understood.</exception>
    /// <exception cref="PosixException">It cannot be read.</exception>
    public static CommitRecord? Read(string path)
    {
        if (Descriptors.TryStat(path) is null)
        {
            return null;
        }

        using var file = Descriptors.Open(path, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        var bytes = new byte[LongestRecord + 1];
        var length = Descriptors.ReadAt(file, bytes, 0);
        try
        {
            return length <= LongestRecord
                && JsonSerializer.Deserialize(bytes.AsSpan(0, length), CommitRecordJson.Default.CommitRecord) is { Version: CurrentVersion } record
                ? record
                : throw new InvalidDataException("it was written by another version of virt-resize");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <summary>The bytes of the file.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, CommitRecordJson.Default.CommitRecord);
}

/// <summary>How a record is written and read, without reflection.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CommitRecord))]
internal sealed partial class CommitRecordJson : JsonSerializerContext;
