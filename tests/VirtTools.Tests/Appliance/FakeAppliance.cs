using System.Security.Cryptography;
using System.Text;
using VirtTools.Appliance;

namespace VirtTools.Tests.Appliance;

/// <summary>Folders that look like appliances, without a build.</summary>
internal static class FakeAppliance
{
    public static readonly Guid Uuid = new("01234567-89ab-8def-8123-456789abcdef");

    /// <summary>kernel, initrd and a root that begins like an ext file system, but no manifest: what supermin makes.</summary>
    public static string Foreign(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText($"{folder}/kernel", "a kernel");
        File.WriteAllText($"{folder}/initrd", "an initrd");
        File.WriteAllBytes($"{folder}/root", Root());
        return folder;
    }

    /// <summary>The same with a manifest that describes it.</summary>
    public static string Ours(string folder, string buildId = "0123456789abcdef0123456789abcdef", int handleVersion = ApplianceManifest.CurrentHandleVersion)
    {
        Foreign(folder);
        File.WriteAllBytes($"{folder}/manifest.json", Manifest(folder, buildId, handleVersion).ToJson());
        return folder;
    }

    public static ApplianceManifest Manifest(string folder, string buildId, int handleVersion) => new(
        ApplianceManifest.CurrentFormat,
        buildId,
        handleVersion,
        "bookworm",
        "6.1.0-0-amd64",
        Uuid,
        new string('d', 64),
        Describe($"{folder}/kernel"),
        Describe($"{folder}/initrd"),
        Describe($"{folder}/root"),
        [new("libc6", "2.36-9+deb12u10", "amd64", "glibc", "2.36-9+deb12u10", new string('a', 64))]);

    private static byte[] Root()
    {
        var image = new byte[128 * 1024];
        image[1024 + 56] = 0x53;
        image[1024 + 57] = 0xEF;
        Uuid.ToByteArray(bigEndian: true).CopyTo(image, 1024 + 104);
        Encoding.ASCII.GetBytes("end").CopyTo(image, image.Length - 3);
        return image;
    }

    private static ManifestFile Describe(string path)
    {
        var content = File.ReadAllBytes(path);
        return new(content.Length, Convert.ToHexStringLower(SHA256.HashData(content)));
    }
}
