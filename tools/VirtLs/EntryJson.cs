using System.Text.Json;
using VirtTools.CommandLine.Output;

namespace VirtTools.Commands;

/// <summary>Entries of a listing as JSON (docs/json.md).</summary>
internal static class EntryJson
{
    /// <summary>An entry of which only the name is known.</summary>
    public static void WriteName(Utf8JsonWriter json, string directory, string name)
    {
        json.WriteStartObject();
        JsonName.Write(json, "directory", directory);
        JsonName.Write(json, "name", name);
        json.WriteEndObject();
    }

    /// <summary>An entry with all that is known; <c>name</c> is its path in the guest.</summary>
    /// <param name="json">Gets the object.</param>
    /// <param name="directory">The directory that was asked for.</param>
    /// <param name="entry">The file.</param>
    /// <param name="checksumType">Name of the checksum; null if none was asked for.</param>
    public static void Write(Utf8JsonWriter json, string directory, FileEntry entry, string? checksumType)
    {
        var status = entry.Status;
        json.WriteStartObject();
        JsonName.Write(json, "directory", directory);
        JsonName.Write(json, "name", entry.Path);
        json.WriteString("type", TypeName(entry.Type));
        json.WriteString("mode", Convert.ToString(entry.Permissions, 8).PadLeft(4, '0'));
        json.WriteNumber("size", status.StSize);
        json.WriteNumber("uid", status.StUid);
        json.WriteNumber("gid", status.StGid);
        json.WriteNumber("accessTime", status.StAtimeSec);
        json.WriteNumber("modificationTime", status.StMtimeSec);
        json.WriteNumber("changeTime", status.StCtimeSec);
        json.WriteString("device", DeviceText.Format(status.StDev));
        json.WriteNumber("inode", status.StIno);
        json.WriteNumber("links", status.StNlink);
        WriteOrNull(json, "deviceNumber", entry.Type is 'b' or 'c' ? DeviceText.Format(status.StRdev) : null);
        json.WriteNumber("allocatedBytes", status.StBlocks * 512);
        if (entry.Target is null)
        {
            json.WriteNull("target");
        }
        else
        {
            JsonName.Write(json, "target", entry.Target);
        }

        if (checksumType is not null)
        {
            WriteOrNull(json, "checksum", entry.Checksum);
        }

        json.WriteEndObject();
    }

    private static void WriteOrNull(Utf8JsonWriter json, string property, string? value)
    {
        if (value is null)
        {
            json.WriteNull(property);
        }
        else
        {
            json.WriteString(property, value);
        }
    }

    private static string TypeName(char type) => type switch
    {
        '-' => "file",
        'd' => "directory",
        'l' => "link",
        'p' => "pipe",
        'c' => "characterDevice",
        'b' => "blockDevice",
        's' => "socket",
        _ => "unknown",
    };
}
