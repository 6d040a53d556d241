using System.Globalization;
using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions that only NTFS file systems have.</summary>
internal sealed class NtfsActions : UnsupportedNtfsActions
{
    // The status is the result, as ntfs-3g.probe(8) explains it.
    public override int Ntfs3gProbe(bool rw, string device) =>
        ProgramRunner.RunForStatus(["ntfs-3g.probe", rw ? "--readwrite" : "--readonly", device]);

    public override void Ntfsresize(string device, long? size, bool? force)
    {
        var options = new OptionList();
        options.Number("--size", "size", size, least: 1);
        options.Flag("--force", force);
        // The program asks whether there is a backup.
        ProgramRunner.RunWithInput(["ntfsresize", "--no-progress-bar", .. options.Words, device], "y\n"u8.ToArray());
    }

    public override void NtfsresizeSize(string device, long size) => Ntfsresize(device, size, null);

    public override void Ntfsfix(string device, bool? clearBadSectors)
    {
        var options = new OptionList();
        options.Flag("-b", clearBadSectors);
        ProgramRunner.Run(["ntfsfix", .. options.Words, device]);
    }

    public override void NtfscloneOut(
        string device, OutgoingFile backupFile, bool? metadataOnly, bool? rescue, bool? ignoreFsCheck, bool? preserveTimestamps, bool? force)
    {
        var options = new OptionList();
        options.Flag("--metadata", metadataOnly);
        options.Flag("--rescue", rescue);
        options.Flag("--ignore-fs-check", ignoreFsCheck);
        options.Flag("--preserve-timestamps", preserveTimestamps);
        options.Flag("--force", force);
        ProgramStream.Send(["ntfsclone", "-o", "-", "--save-image", .. options.Words, device], backupFile, new StreamSurroundings(null));
    }

    public override void NtfscloneIn(IncomingFile backupFile, string device) =>
        ProgramStream.Receive(["ntfsclone", "-O", device, "--restore-image", "-"], backupFile, new StreamSurroundings(null));

    public override void NtfscatI(string device, long inode, OutgoingFile filename)
    {
        if (inode < 0)
        {
            throw new DaemonException("EINVAL", $"inode: {inode} is less than 0");
        }

        ProgramStream.Send(
            ["ntfscat", "-i", inode.ToString(CultureInfo.InvariantCulture), DeviceResolver.Parse(device).Device], filename,
            new StreamSurroundings(null));
    }
}
