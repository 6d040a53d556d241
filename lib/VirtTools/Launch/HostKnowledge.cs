using System.Buffers;
using System.Text.Json;
using VirtTools.Posix;

namespace VirtTools.Launch;

/// <summary>
/// What earlier launches learnt about this host's QEMU, so that later ones need not ask again. It holds for one QEMU file; what it says of KVM
/// holds for one boot of the host. Kept as one small file in the cache folder; anything odd in it counts as knowing nothing.
/// </summary>
internal sealed record HostKnowledge
{
    private const string FileName = "qemu.json";
    private const int MaximumSize = 16 * 1024;
    private const uint OwnerOnly = 0x180; // 0600

    /// <summary>The <see cref="QemuBinary.Identity"/> that this is about.</summary>
    public required string Qemu { get; init; }

    /// <summary>Its version, from the greeting.</summary>
    public string? Version { get; init; }

    /// <summary>The versioned name of the machine type that <c>q35</c> stands for.</summary>
    public string? Machine { get; init; }

    /// <summary>This QEMU was built without its seccomp sandbox.</summary>
    public bool LacksSandbox { get; init; }

    /// <summary>The boot of the host that the next three are about.</summary>
    public string? Boot { get; init; }

    /// <summary>Whether a guest came up under KVM; null if nobody tried.</summary>
    public bool? KvmWorks { get; init; }

    /// <summary>Why it did not.</summary>
    public string? KvmFailure { get; init; }

    /// <summary>Whether a guest that was resumed under KVM did what one did that booted; null if nobody tried (<c>virt-appliance template --rebuild</c> does).</summary>
    public bool? KvmResumes { get; init; }

    /// <summary>The release of the host's kernel.</summary>
    public static string ThisKernel { get; } = ReadLine("/proc/sys/kernel/osrelease");

    /// <summary>Names this kernel and this boot of it.</summary>
    public static string ThisBoot { get; } = $"{ThisKernel} {ReadLine("/proc/sys/kernel/random/boot_id")}";

    /// <summary>What is known about <paramref name="qemu"/>.</summary>
    public static HostKnowledge Load(string? folder, QemuBinary qemu)
    {
        var nothing = new HostKnowledge { Qemu = qemu.Identity, Boot = ThisBoot };
        try
        {
            var known = folder is null ? null : Parse(Read($"{folder}/{FileName}"));
            if (known is null || known.Qemu != qemu.Identity)
            {
                return nothing;
            }

            return known.Boot == ThisBoot ? known : known with { Boot = ThisBoot, KvmWorks = null, KvmFailure = null, KvmResumes = null };
        }
        catch (Exception e) when (e is IOException or JsonException or ArgumentException)
        {
            return nothing;
        }
    }

    /// <summary>Keeps it for later launches; a folder that cannot be written is no reason to fail.</summary>
    public void Save(string? folder)
    {
        if (folder is null)
        {
            return;
        }

        try
        {
            // No temporary file that a kill could leave behind: a torn write does not parse, and then nothing is known.
            using var file = Descriptors.Open(
                $"{folder}/{FileName}", OpenFlags.Create | OpenFlags.WriteOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking, OwnerOnly);
            var bytes = Format();
            Descriptors.Truncate(file, 0);
            Descriptors.WriteAt(file, bytes, 0);
        }
        catch (PosixException)
        {
            // A read-only or full cache folder: the next launch asks again.
        }
    }

    private static byte[] Read(string path)
    {
        using var file = Descriptors.Open(path, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        var bytes = new byte[MaximumSize];
        return bytes[..Descriptors.ReadAt(file, bytes, 0)];
    }

    private static HostKnowledge? Parse(byte[] bytes)
    {
        var reader = new Utf8JsonReader(bytes);
        var root = JsonElement.ParseValue(ref reader);
        if (root.ValueKind != JsonValueKind.Object || Text(root, "qemu") is not { } qemu)
        {
            return null;
        }

        return new()
        {
            Qemu = qemu,
            Version = Text(root, "version"),
            Machine = Text(root, "machine"),
            LacksSandbox = Flag(root, "lacksSandbox") ?? false,
            Boot = Text(root, "boot"),
            KvmWorks = Flag(root, "kvmWorks"),
            KvmFailure = Text(root, "kvmFailure"),
            KvmResumes = Flag(root, "kvmResumes"),
        };

        static string? Text(JsonElement parent, string name) =>
            parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

        static bool? Flag(JsonElement parent, string name) =>
            parent.TryGetProperty(name, out var member) && member.ValueKind is JsonValueKind.True or JsonValueKind.False ? member.GetBoolean() : null;
    }

    private ReadOnlySpan<byte> Format()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("qemu", Qemu);
            writer.WriteString("version", Version);
            writer.WriteString("machine", Machine);
            writer.WriteBoolean("lacksSandbox", LacksSandbox);
            writer.WriteString("boot", Boot);
            if (KvmWorks is { } works)
            {
                writer.WriteBoolean("kvmWorks", works);
            }

            writer.WriteString("kvmFailure", KvmFailure);
            if (KvmResumes is { } resumes)
            {
                writer.WriteBoolean("kvmResumes", resumes);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    private static string ReadLine(string path)
    {
        try
        {
            using var file = Descriptors.Open(path, OpenFlags.ReadOnly);
            var line = new byte[256];
            return ByteString.GetString(line.AsSpan(0, Descriptors.ReadAt(file, line, 0))).TrimEnd();
        }
        catch (PosixException)
        {
            return "unknown";
        }
    }
}
