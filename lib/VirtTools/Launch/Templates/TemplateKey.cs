using System.Globalization;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;
using VirtTools.Posix;

namespace VirtTools.Launch.Templates;

/// <summary>Names a template by everything that shapes it: two launches that have the same key would boot the same machine.</summary>
internal static class TemplateKey
{
    // What QEMU puts into the machine's memory besides the kernel, and where distributions keep it.
    private static readonly string[] Firmware = ["bios-256k.bin", "kvmvapic.bin", "linuxboot_dma.bin", "pvh.bin"];
    private static readonly string[] FirmwareFolders = ["/usr/share/qemu", "/usr/share/seabios", "/usr/share/qemu-kvm", "/usr/share/qemu-firmware"];

    /// <summary>The key, 32 hexadecimal digits.</summary>
    /// <param name="plan">With the versioned machine type.</param>
    /// <param name="qemuVersion">QEMU's version, as far as it is known before it runs.</param>
    /// <param name="commandLine">The arguments with which the template's machine boots.</param>
    /// <param name="appliance">Identity of kernel, initial RAM disk and root.</param>
    public static string Of(QemuPlan plan, string qemuVersion, IReadOnlyList<string> commandLine, string appliance)
    {
        var text = new StringBuilder();
        text.Append("template 1\n").Append(plan.Binary.Identity).Append('\n').Append(qemuVersion).Append('\n').Append(appliance).Append('\n');
        foreach (var argument in commandLine)
        {
            text.Append(argument.Length).Append(' ').Append(argument).Append('\n');
        }

        if (plan.Accelerator == Accelerator.Kvm)
        {
            // The guest has met this processor, and this kernel's KVM.
            text.Append(HostProcessor()).Append(HostKnowledge.ThisKernel).Append('\n');
        }

        foreach (var folder in FirmwareFolders.Append($"{Path.GetDirectoryName(plan.Binary.RealPath)}/../share/qemu"))
        {
            foreach (var name in Firmware)
            {
                if (Status($"{folder}/{name}") is { } status)
                {
                    text.Append(folder).Append('/').Append(name).Append(' ').Append(FileIdentity.Of(status)).Append('\n');
                }
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(ByteString.GetBytes(text.ToString())).AsSpan(0, 16));
    }

    /// <summary>What CPUID says about the kind of processor; leaves that tell the processors of one host apart are left out.</summary>
    private static string HostProcessor()
    {
        if (!X86Base.IsSupported)
        {
            return "";
        }

        const int WithoutApicId = 0x00FF_FFFF;
        var text = new StringBuilder();
        foreach (var leaf in (ReadOnlySpan<uint>)[0, 1, 7, 0x8000_0001, 0x8000_0008])
        {
            var (a, b, c, d) = X86Base.CpuId((int)leaf, 0);
            text.Append(CultureInfo.InvariantCulture, $"{leaf:x} {a:x} {(leaf == 1 ? b & WithoutApicId : b):x} {c:x} {d:x}\n");
        }

        return text.ToString();
    }

    private static FileStatus? Status(string path)
    {
        try
        {
            return Descriptors.TryStat(path);
        }
        catch (PosixException)
        {
            // A folder that we may not search: QEMU cannot read it either.
            return null;
        }
    }
}
