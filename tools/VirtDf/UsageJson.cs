using System.Text.Json;
using VirtTools.CommandLine.Output;

namespace VirtTools.Commands;

/// <summary>One JSON document (docs/json.md).</summary>
internal sealed class UsageJson : IUsageWriter
{
    private readonly MemoryStream _document = new();
    private readonly Utf8JsonWriter _json;

    public UsageJson()
    {
        _json = new(_document);
        _json.WriteStartObject();
        _json.WriteStartArray("guests");
    }

    public void Add(Stream output, GuestUsage guest)
    {
        _json.WriteStartObject();
        JsonName.Write(_json, "name", guest.Name);
        _json.WriteBoolean("readable", guest.IsReadable);
        _json.WriteNumber("time", guest.Time);
        _json.WriteStartArray("filesystems");
        foreach (var filesystem in guest.Filesystems)
        {
            _json.WriteStartObject();
            UsageProperties.Write(_json, filesystem);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        _json.WriteStartArray("errors");
        foreach (var failure in guest.Failures)
        {
            _json.WriteStartObject();
            UsageProperties.Write(_json, failure);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    public void End(Stream output)
    {
        _json.WriteEndArray();
        _json.WriteEndObject();
        _json.Dispose();
        output.Write(_document.GetBuffer().AsSpan(0, (int)_document.Length));
        output.Write("\n"u8);
    }
}

/// <summary>One JSON object a line: a file system, or something that could not be read (docs/json.md).</summary>
internal sealed class UsageJsonLines : IUsageWriter
{
    public void Add(Stream output, GuestUsage guest)
    {
        foreach (var filesystem in guest.Filesystems)
        {
            WriteLine(output, guest, json => UsageProperties.Write(json, filesystem));
        }

        foreach (var failure in guest.Failures)
        {
            WriteLine(output, guest, json => UsageProperties.Write(json, failure));
        }
    }

    public void End(Stream output)
    {
    }

    private static void WriteLine(Stream output, GuestUsage guest, Action<Utf8JsonWriter> writeRest)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            JsonName.Write(json, "guest", guest.Name);
            json.WriteNumber("time", guest.Time);
            writeRest(json);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }
}

/// <summary>The properties that both forms of JSON share. Sizes are bytes.</summary>
internal static class UsageProperties
{
    public static void Write(Utf8JsonWriter json, FilesystemUsage usage)
    {
        JsonName.Write(json, "device", usage.Device);
        json.WriteString("type", usage.Type);
        WriteNumber(json, "totalBytes", usage.TotalBytes);
        WriteNumber(json, "usedBytes", usage.UsedBytes);
        WriteNumber(json, "availableBytes", usage.AvailableBytes);
        json.WriteNumber("usedPercent", Math.Round(usage.UsedPercent, 1));
        json.WriteNumber("inodes", usage.Counts.Files);
        json.WriteNumber("usedInodes", usage.UsedInodes);
        json.WriteNumber("freeInodes", usage.Counts.Ffree);
        json.WriteNumber("blockSize", usage.Counts.Bsize);
    }

    public static void Write(Utf8JsonWriter json, ReadFailure failure)
    {
        if (failure.Device is null)
        {
            json.WriteNull("device");
        }
        else
        {
            JsonName.Write(json, "device", failure.Device);
        }

        json.WriteString("type", failure.Type);
        JsonName.Write(json, "error", failure.Reason);
    }

    private static void WriteNumber(Utf8JsonWriter json, string property, Int128 number)
    {
        json.WritePropertyName(property);
        json.WriteRawValue(number.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
