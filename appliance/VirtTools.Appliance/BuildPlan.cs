using System.Security.Cryptography;
using System.Text;

namespace VirtTools.Appliance;

/// <summary>Everything that goes into a build, and the names that follow from it.</summary>
internal sealed class BuildPlan
{
    private const int BuildIdLength = 32;

    private readonly byte[] hash;

    /// <param name="daemon">The content of the daemon's binary.</param>
    /// <param name="files">The package files.</param>
    /// <param name="packages">What a manifest says about them, sorted by name.</param>
    public BuildPlan(byte[] daemon, IReadOnlyList<IndexedPackage> files, IReadOnlyList<ManifestPackage> packages)
    {
        Daemon = daemon;
        Files = files;
        Packages = packages;
        DaemonSha256 = Convert.ToHexStringLower(SHA256.HashData(daemon));
        hash = HashInputs();
    }

    /// <summary>The content of the daemon's binary.</summary>
    public byte[] Daemon { get; }

    /// <summary>Its hash, in lower-case hexadecimal.</summary>
    public string DaemonSha256 { get; }

    /// <summary>The package files.</summary>
    public IReadOnlyList<IndexedPackage> Files { get; }

    /// <summary>What the manifest will say about them.</summary>
    public IReadOnlyList<ManifestPackage> Packages { get; }

    /// <summary>Equal ids mean equal bytes.</summary>
    public string BuildId => Convert.ToHexStringLower(hash)[..BuildIdLength];

    /// <summary>The UUID of the root file system: version 8 of RFC 9562, whose bits are up to its maker, here a hash.</summary>
    public Guid RootUuid
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            hash.AsSpan(..16).CopyTo(bytes);
            bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
            bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
            return new(bytes, bigEndian: true);
        }
    }

    private byte[] HashInputs()
    {
        var text = new StringBuilder();
        text.Append(ApplianceRecipe.Fingerprint()).Append('\n').Append(DaemonSha256).Append('\n');
        foreach (var package in Packages)
        {
            text.Append(package.Name).Append(' ').Append(package.Version).Append(' ').Append(package.Sha256).Append('\n');
        }

        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
