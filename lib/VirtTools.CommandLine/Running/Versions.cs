using VirtTools.Appliance;
using VirtTools.Handle;
using VirtTools.Posix;

namespace VirtTools.CommandLine.Running;

/// <summary>What <c>--version</c> prints.</summary>
internal static class Versions
{
    private static readonly TimeSpan s_qemuDeadline = TimeSpan.FromSeconds(5);

    /// <summary>Version of this library and of the commands.</summary>
    public static string Library => OwnVersion.Text;

    /// <summary>The command's version on a line of its own, as the original prints it, then the parts that it works with.</summary>
    public static string Describe(string program) =>
        $"{program} {Library}\nlibrary: VirtTools {Library}\nappliance: {DescribeAppliance()}\nQEMU: {DescribeQemu()}\n";

    private static string DescribeAppliance()
    {
        try
        {
            return new ApplianceLocator().Find() switch
            {
                null => "not there yet",
                { Manifest: { } manifest } => $"{manifest.BuildId} (kernel {manifest.KernelVersion})",
                var foreign => $"not one of ours ({foreign.Root})",
            };
        }
        catch (Exception e) when (e is ApplianceException or PosixException)
        {
            return $"none ({e.Message})";
        }
    }

    private static string DescribeQemu()
    {
        try
        {
            using var handle = new Guestfs();
            var path = handle.GetHv();
            var result = ChildProcess.Run([path, "-version"], new() { Deadline = s_qemuDeadline });
            var firstLine = result.OutputText.Split('\n')[0];
            return result.IsSuccess ? $"{firstLine} ({path})" : $"{path} {result.Ending}";
        }
        catch (Exception e) when (e is GuestfsException or PosixException)
        {
            return $"none ({e.Message})";
        }
    }
}
