namespace VirtTools.Daemon.Boot;

/// <summary>What the library says to the daemon through the kernel's command line.</summary>
/// <param name="RootUuid">UUID of the root file system (<c>root=UUID=...</c>), null if the root is named otherwise.</param>
/// <param name="RootDevice">Root given as a device (<c>root=/dev/sda</c>).</param>
/// <param name="Channel">Where to find the library (<c>guestfs_channel=</c>), null for the virtio-serial port.</param>
/// <param name="Verbose">Say on the console what is done (<c>guestfs_verbose=1</c>).</param>
/// <param name="Network">The appliance has a network (<c>guestfs_network=1</c>).</param>
/// <param name="AwaitsHandOver">The library sends a hand-over before anything else (<see cref="Wire.HandOver.KernelOption"/>).</param>
/// <param name="BecomesTemplate">The only drive is a placeholder to rehearse on (<see cref="Wire.HandOver.TemplateOption"/>).</param>
internal sealed record KernelCommandLine(
    string? RootUuid, string? RootDevice, string? Channel, bool Verbose, bool Network, bool AwaitsHandOver, bool BecomesTemplate)
{
    private const string Root = "root=";
    private const string UuidRoot = "root=UUID=";
    private const string ChannelToken = "guestfs_channel=";

    /// <summary>Reads the content of /proc/cmdline; tokens that are not ours are skipped.</summary>
    public static KernelCommandLine Parse(string text)
    {
        string? uuid = null;
        string? device = null;
        string? channel = null;
        var verbose = false;
        var network = false;
        var awaitsHandOver = false;
        var becomesTemplate = false;
        foreach (var token in text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (token.StartsWith(UuidRoot, StringComparison.Ordinal))
            {
                uuid = token[UuidRoot.Length..];
            }
            else if (token.StartsWith(Root, StringComparison.Ordinal))
            {
                device = token[Root.Length..];
            }
            else if (token.StartsWith(ChannelToken, StringComparison.Ordinal))
            {
                channel = token[ChannelToken.Length..];
            }
            else
            {
                verbose |= token == "guestfs_verbose=1";
                network |= token == "guestfs_network=1";
                awaitsHandOver |= token == Wire.HandOver.KernelOption;
                becomesTemplate |= token == Wire.HandOver.TemplateOption;
            }
        }

        return new(uuid, device, channel, verbose, network, awaitsHandOver, becomesTemplate);
    }
}
