using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VirtTools.Appliance;

/// <summary>A package that an appliance was made from.</summary>
/// <param name="Name">The name of the binary package.</param>
/// <param name="Version">Its version, with the epoch.</param>
/// <param name="Architecture">amd64 or all.</param>
/// <param name="Source">The source package.</param>
/// <param name="SourceVersion">The version of the source package.</param>
/// <param name="Sha256">Of the package file, in lower-case hexadecimal.</param>
internal sealed record ManifestPackage(
    string Name, string Version, string Architecture, string Source, string SourceVersion, string Sha256);

/// <summary>One of the three files of an appliance.</summary>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">In lower-case hexadecimal.</param>
internal sealed record ManifestFile(long Size, string Sha256);

/// <summary>What an appliance is and what it was made from: the file <c>manifest.json</c> beside its kernel, initrd and root.</summary>
/// <param name="Format">The format of this file, <see cref="CurrentFormat"/>.</param>
/// <param name="BuildId">Covers everything that went in: equal ids mean equal bytes. 32 hexadecimal digits.</param>
/// <param name="HandleVersion">The version of the agreement between handle and daemon, <see cref="CurrentHandleVersion"/>.</param>
/// <param name="Suite">The Debian release.</param>
/// <param name="KernelVersion">As uname(1) says it, such as <c>6.1.0-40-amd64</c>.</param>
/// <param name="RootUuid">The UUID of the root file system, for <c>root=UUID=...</c> on the kernel command line.</param>
/// <param name="DaemonSha256">The hash of the daemon's binary.</param>
/// <param name="Kernel">The kernel.</param>
/// <param name="Initrd">The initial RAM disk.</param>
/// <param name="Root">The root file system image.</param>
/// <param name="Packages">Sorted by name.</param>
internal sealed record ApplianceManifest(
    int Format,
    string BuildId,
    int HandleVersion,
    string Suite,
    string KernelVersion,
    Guid RootUuid,
    string DaemonSha256,
    ManifestFile Kernel,
    ManifestFile Initrd,
    ManifestFile Root,
    IReadOnlyList<ManifestPackage> Packages)
{
    /// <summary>The name of the manifest's file.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The format that this version writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Raised when handle and daemon no longer understand each other's extensions.</summary>
    public const int CurrentHandleVersion = 2;

    /// <summary>The manifest as JSON, with a line end.</summary>
    public byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Writing.ApplianceManifest), (byte)'\n'];

    // A plus sign, which many versions have, is to be read as one: nothing puts this file into a web page.
    private static readonly ManifestJson Writing = new(new(ManifestJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Reads a manifest.</summary>
    /// <param name="json">The content of the file.</param>
    /// <param name="name">What to call it in errors.</param>
    /// <exception cref="ApplianceException">It is not a manifest, or of another format.</exception>
    public static ApplianceManifest Parse(ReadOnlySpan<byte> json, string name)
    {
        ApplianceManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(json, ManifestJson.Default.ApplianceManifest);
        }
        catch (JsonException e)
        {
            throw new ApplianceException($"{name}: not a manifest of an appliance: {e.Message}; build or install the appliance again", e);
        }

        if (manifest is null)
        {
            throw new ApplianceException($"{name}: not a manifest of an appliance; build or install the appliance again");
        }

        return manifest.Format == CurrentFormat
            ? manifest
            : throw new ApplianceException($"{name}: format {manifest.Format}, but this version reads format {CurrentFormat}; build or install the appliance again");
    }
}

[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    NewLine = "\n")]
[JsonSerializable(typeof(ApplianceManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
