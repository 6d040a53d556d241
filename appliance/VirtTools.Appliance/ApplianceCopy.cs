using System.Security.Cryptography;
using System.Text;

namespace VirtTools.Appliance;

/// <summary>Copies appliances.</summary>
internal static class ApplianceCopy
{
    private const int BlockSize = 64 * 1024;

    private const string Readme =
        """
        This is a fixed appliance, built by virt-appliance: a kernel, an initial RAM disk and a root file system that QEMU starts.

        To use it with libguestfs 1.26 or newer, or with VirtTools, set the environment variable LIBGUESTFS_PATH to the name of this folder.
        It is for x86_64. The programs in it come from Debian 12; LICENCES holds their licences, manifest.json their versions.

        """;

    /// <summary>Makes a fixed-appliance folder, as the original's library understands it.</summary>
    /// <exception cref="ApplianceException">The place cannot be written.</exception>
    public static void Export(ApplianceFiles source, string folder, IProgress<BuildProgress>? progress, CancellationToken cancellationToken) =>
        ApplianceOutput.Replace(folder, output =>
        {
            Directory.CreateDirectory(output);
            Copy(source, Path.GetDirectoryName(source.Kernel)!, output, progress, cancellationToken);
            File.WriteAllText($"{output}/{ApplianceFiles.ReadmeName}", Readme, Encoding.ASCII);
            return output;
        });

    /// <summary>Copies the files of an appliance and compares them with its manifest. Blocks of zeros become holes.</summary>
    /// <exception cref="ApplianceException">A file is not the one in the manifest.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static void Copy(
        ApplianceFiles source, string from, string to, IProgress<BuildProgress>? progress, CancellationToken cancellationToken)
    {
        CopyFile(source.Kernel, $"{to}/{ApplianceFiles.KernelName}", source.Manifest?.Kernel, cancellationToken);
        progress?.Report(new("copying the appliance", 0.2));
        CopyFile(source.Initrd, $"{to}/{ApplianceFiles.InitrdName}", source.Manifest?.Initrd, cancellationToken);
        progress?.Report(new("copying the appliance", 0.25));
        CopyFile(source.Root, $"{to}/{ApplianceFiles.RootName}", source.Manifest?.Root, cancellationToken);
        foreach (var name in (string[])[ApplianceManifest.FileName, ApplianceBuilder.LicencesName])
        {
            if (File.Exists($"{from}/{name}"))
            {
                CopyFile($"{from}/{name}", $"{to}/{name}", expected: null, cancellationToken);
            }
        }

        progress?.Report(new("done", 1));
    }

    private static void CopyFile(string from, string to, ManifestFile? expected, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var input = File.OpenRead(from);
        using var output = File.Create(to);
        var block = new byte[BlockSize];
        int length;
        while ((length = input.ReadAtLeast(block, BlockSize, throwOnEndOfStream: false)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var bytes = block.AsSpan(0, length);
            hash.AppendData(bytes);
            if (bytes.ContainsAnyExcept((byte)0))
            {
                output.Write(bytes);
            }
            else
            {
                output.Seek(length, SeekOrigin.Current);
            }
        }

        output.SetLength(input.Length);
        if (expected is not null && Convert.ToHexStringLower(hash.GetHashAndReset()) != expected.Sha256)
        {
            throw new ApplianceException($"{from}: not the file that the appliance's manifest describes: build or install the appliance again");
        }
    }
}
