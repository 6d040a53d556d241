using System.Diagnostics;
using VirtTools.Fixtures;
using VirtTools.GuestTests.Commands;

namespace VirtTools.GuestTests.Resize;

/// <summary>A guest in a plain QEMU without KVM, which runs until it says on its serial console that it is up.</summary>
internal static class BootedGuest
{
    // An emulated firmware, boot loader and kernel on a machine with other work; a guest that is up turns itself off.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private const string Firmware = "/usr/share/OVMF/OVMF_CODE_4M.fd";
    private const string FirmwareVariables = "/usr/share/OVMF/OVMF_VARS_4M.fd";

    /// <summary>Boots a disk and returns the guest's line: the checksum and the number of the files in it.</summary>
    /// <param name="disk">The image.</param>
    /// <param name="format">Its format.</param>
    /// <param name="byUefi">Whether UEFI firmware boots it, or a BIOS.</param>
    public static string Boot(string disk, string format, bool byUefi)
    {
        using var folder = new TestFolder();
        using var process = Process.Start(Prepare(disk, format, byUefi, folder))!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            process.WaitForExit();
        }

        var console = output.Result;
        return console.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.StartsWith(GuestImages.UpMark, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"the guest did not come up: {error.Result}{console[Math.Max(0, console.Length - 2000)..]}");
    }

    private static ProcessStartInfo Prepare(string disk, string format, bool byUefi, TestFolder folder)
    {
        List<string> words =
        [
            "-accel", "tcg", "-m", "512", "-nodefaults", "-no-user-config", "-display", "none", "-serial", "stdio", "-no-reboot",
            "-drive", $"file={disk},format={format},if=virtio,snapshot=on",
        ];
        if (byUefi)
        {
            var variables = folder["variables.fd"];
            File.Copy(FirmwareVariables, variables);
            words.AddRange(
                ["-drive", $"if=pflash,format=raw,readonly=on,file={Firmware}", "-drive", $"if=pflash,format=raw,file={variables}"]);
        }

        return new ProcessStartInfo("qemu-system-x86_64", words)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
    }
}
