using System.Text.Json;
using VirtTools.CommandLine.Output;

namespace VirtTools.Commands;

/// <summary>One JSON document (docs/json.md).</summary>
internal sealed class UsageJson : IUsageWriter
{
    private readonly MemoryStream _document = new();
    private Utf8JsonWriter? _json;

    private Utf8JsonWriter Json => _json ??= new(_document);

    public void Begin(Stream output)
    {
        Json.WriteStartObject();
        Json.WriteStartArray("guests");
    }

    public void Add(Stream output, GuestUsage guest)
    {
        Json.WriteStartObject();
        JsonName.Write(Json, "name", guest.Name);
        Json.WriteBoolean("readable", guest.IsReadable);
        Json.WriteNumber("time", guest.Time);
        Json.WriteStartArray("filesystems");
        foreach (var filesystem in guest.Filesystems)
        {
            Json.WriteStartObject();
            UsageProperties.Write(Json, filesystem);
            Json.WriteEndObject();
        }

        Json.WriteEndArray();
        Json.WriteStartArray("errors");
        foreach (var failure in guest.Failures)
        {
            Json.WriteStartObject();
            UsageProperties.Write(Json, failure);
            Json.WriteEndObject();
        }

        Json.WriteEndArray();
        Json.WriteEndObject();
    }

    public void End(Stream output)
    {
        Json.WriteEndArray();
        Json.WriteEndObject();
        Json.Dispose();
        output.Write(_document.GetBuffer().AsSpan(0, (int)_document.Length));
        output.Write("\n"u8);
    }
}

/// <summary>One JSON object a line: a file system, or something that could not be read (docs/json.md).</summary>
internal sealed class UsageJsonLines : IUsageWriter
{
    public void Begin(Stream output)
    {
    }

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
