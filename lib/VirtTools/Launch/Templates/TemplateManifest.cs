using System.Buffers;
using System.Text.Json;
using VirtTools.Posix;

namespace VirtTools.Launch.Templates;

/// <summary>One of the two files of a template.</summary>
/// <param name="Identity">What it must still be for a launch to trust it.</param>
/// <param name="Sha256">Of its content (<see cref="TemplateContent"/>), in lower-case hexadecimal; looked at by virt-appliance doctor.</param>
internal sealed record TemplateFile(FileIdentity Identity, string Sha256);

/// <summary>What a template is: the file <c>manifest.json</c> beside its memory and its device state.</summary>
/// <param name="Made">When it was made, in seconds since 1970.</param>
/// <param name="QemuVersion">The version that QEMU's greeting named, with that of the package.</param>
/// <param name="Memory">The file <c>memory</c>.</param>
/// <param name="State">The file <c>state</c>.</param>
internal sealed record TemplateManifest(long Made, string QemuVersion, TemplateFile Memory, TemplateFile State)
{
    public const string FileName = "manifest.json";

    private const int Format = 1;

    /// <summary>Reads a manifest; null for anything that is none.</summary>
    public static TemplateManifest? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            var root = JsonElement.ParseValue(ref reader);
            return Number(root, "format") == Format
                ? new(Number(root, "made"), Text(root, "qemuVersion"), File(root.GetProperty("memory")), File(root.GetProperty("state")))
                : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }

        static long Number(JsonElement parent, string name) => parent.GetProperty(name).GetInt64();

        static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString() ?? "";

        static FileTime Time(JsonElement parent, string name) => new(parent.GetProperty(name)[0].GetInt64(), parent.GetProperty(name)[1].GetUInt32());

        static TemplateFile File(JsonElement file) => new(
            new(file.GetProperty("inode").GetUInt64(), Number(file, "size"), Time(file, "modified"), Time(file, "changed")), Text(file, "sha256"));
    }

    /// <summary>As JSON.</summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new() { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("format", Format);
            writer.WriteNumber("made", Made);
            writer.WriteString("qemuVersion", QemuVersion);
            Write(writer, "memory", Memory);
            Write(writer, "state", State);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();

        static void Write(Utf8JsonWriter writer, string name, TemplateFile file)
        {
            writer.WriteStartObject(name);
            writer.WriteNumber("inode", file.Identity.Inode);
            writer.WriteNumber("size", file.Identity.Size);
            WriteTime(writer, "modified", file.Identity.Modified);
            WriteTime(writer, "changed", file.Identity.Changed);
            writer.WriteString("sha256", file.Sha256);
            writer.WriteEndObject();
        }

        static void WriteTime(Utf8JsonWriter writer, string name, FileTime time)
        {
            writer.WriteStartArray(name);
            writer.WriteNumberValue(time.Seconds);
            writer.WriteNumberValue(time.Nanoseconds);
            writer.WriteEndArray();
        }
    }
}
