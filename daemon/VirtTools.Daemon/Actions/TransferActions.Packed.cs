using VirtTools.Daemon.Files;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Programs;
using VirtTools.Daemon.Tar;
using VirtTools.Dispatch;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Daemon.Actions;

/// <summary>The actions that pack, unpack, compress and encode on the way.</summary>
internal sealed partial class TransferActions
{
    public override void TarIn(
        IncomingFile tarFile, string directory, string? compress, bool? xattrs, bool? selinux, bool? acls, bool? keepDirLink)
    {
        var links = keepDirLink == true ? LinkToFolder.Keep : LinkToFolder.Replace;
        if (compress is null && xattrs != true && selinux != true && acls != true)
        {
            TarIn(tarFile, directory, links);
            return;
        }

        List<string> argv = UnpackCommand(links);
        AddCompression(argv, compress);
        AddAttributes(argv, xattrs, selinux, acls);
        using var folder = root.OpenFolder(directory);
        ProgramStream.Receive(argv, tarFile, StreamSurroundings.In(folder));
    }

    public override void TarOut(
        string directory, OutgoingFile tarFile, string? compress, bool? numericOwner, IReadOnlyList<string>? excludes, bool? xattrs, bool? selinux,
        bool? acls)
    {
        if (compress is null && xattrs != true && selinux != true && acls != true)
        {
            RequireDirectoryPath(directory);
            using var folder = root.OpenFolder(directory);
            new TarWriter(tarFile, numericOwner == true ? null : new TarOwners(), new TarExcludes(excludes ?? [])).Pack(folder);
            return;
        }

        List<string> argv = ["tar", "-c", "-f", "-"];
        AddCompression(argv, compress);
        AddAttributes(argv, xattrs, selinux, acls);
        if (numericOwner == true)
        {
            argv.Add("--numeric-owner");
        }

        argv.AddRange((excludes ?? []).Select(pattern => "--exclude=" + pattern));
        argv.Add(".");
        SendFolder(directory, argv, tarFile);
    }

    public override void TgzIn(IncomingFile tarball, string directory) => TarIn(tarball, directory, "gzip", null, null, null, null);

    public override void TgzOut(string directory, OutgoingFile tarball) => TarOut(directory, tarball, "gzip", null, null, null, null, null);

    public override void TxzIn(IncomingFile tarball, string directory) => TarIn(tarball, directory, "xz", null, null, null, null);

    public override void TxzOut(string directory, OutgoingFile tarball) => TarOut(directory, tarball, "xz", null, null, null, null, null);

    public override void CpioOut(string directory, OutgoingFile cpioFile, string? format)
    {
        var kind = format ?? "newc";
        if (kind is not ("newc" or "crc"))
        {
            throw new DaemonException("EINVAL", $"{kind}: format must be 'newc' or 'crc'");
        }

        RequireDirectoryPath(directory);
        using var folder = root.OpenFolder(directory);
        using var list = Descriptors.CreateMemoryFile("names");
        WriteNames(list, folder);
        ProgramStream.Send(
            ["cpio", "--quiet", "-o", "-0", "-H", kind],
            cpioFile,
            StreamSurroundings.In(folder) with { Input = list });
    }

    public override void CompressOut(string cType, string file, OutgoingFile zFile, int? level)
    {
        using var source = root.OpenForReading(file);
        ContentCopy.RequireContent(source, file);
        ProgramStream.Send(Compression.Program(cType, level), zFile, new StreamSurroundings(null) { Input = source });
    }

    public override void CompressDeviceOut(string cType, string device, OutgoingFile zDevice, int? level)
    {
        using var source = Descriptors.Open(device, OpenFlags.ReadOnly);
        ProgramStream.Send(Compression.Program(cType, level), zDevice, new StreamSurroundings(null) { Input = source });
    }

    public override void Base64In(IncomingFile base64file, string filename)
    {
        using var target = root.Open(filename, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate, FileMode);
        ProgramStream.Receive(["base64", "-d", "-i"], base64file, new StreamSurroundings(null) { Output = target });
    }

    public override void Base64Out(string filename, OutgoingFile base64file)
    {
        using var source = root.OpenForReading(filename);
        ContentCopy.RequireContent(source, filename);
        ProgramStream.Send(["base64"], base64file, new StreamSurroundings(null) { Input = source });
    }

    private void SendFolder(string directory, List<string> argv, OutgoingFile target)
    {
        RequireDirectoryPath(directory);
        using var folder = root.OpenFolder(directory);
        ProgramStream.Send(argv, target, StreamSurroundings.In(folder));
    }

    private void TarIn(IncomingFile archive, string directory, LinkToFolder links)
    {
        using var folder = root.OpenFolder(directory);
        using var extractor = new TarExtractor(root, directory, links);
        if (extractor.Unpack(archive) is { } rest)
        {
            ProgramStream.Receive(UnpackCommand(links), rest, StreamSurroundings.In(folder));
        }

        extractor.Finish();
    }

    private static List<string> UnpackCommand(LinkToFolder links) =>
        ["tar", "-x", "-f", "-", "--numeric-owner", "--no-overwrite-dir", .. links == LinkToFolder.Keep ? (string[])["--keep-directory-symlink"] : []];

    // Declared as plain text, since the original checks it itself.
    private void RequireDirectoryPath(string directory)
    {
        if (!directory.StartsWith('/'))
        {
            throw new DaemonException("EINVAL", $"directory: path must start with a / character: {directory}");
        }

        if (!root.IsMounted)
        {
            throw new DaemonException("", "you must call 'mount' first to mount the root filesystem");
        }
    }

    private static void AddCompression(List<string> argv, string? compress)
    {
        if (compress is not null)
        {
            argv.Add(compress is "compress" or "gzip" or "bzip2" or "xz" or "lzop" or "lzma" or "zstd"
                ? "--" + compress
                : throw new DaemonException("EINVAL", $"{compress}: unknown compression type"));
        }
    }

    private static void AddAttributes(List<string> argv, bool? xattrs, bool? selinux, bool? acls)
    {
        if (xattrs == true)
        {
            argv.AddRange(["--xattrs", "--xattrs-include=*"]);
        }

        if (selinux == true)
        {
            argv.Add("--selinux");
        }

        if (acls == true)
        {
            argv.Add("--acls");
        }
    }

    private static void WriteNames(Microsoft.Win32.SafeHandles.SafeFileHandle list, Microsoft.Win32.SafeHandles.SafeFileHandle folder)
    {
        long offset = 0;
        foreach (var name in FolderWalk.Below(folder).Select(entry => entry.Path).Prepend("."))
        {
            var bytes = ByteString.GetTerminated(name);
            Descriptors.WriteAt(list, bytes, offset);
            offset += bytes.Length;
        }
    }
}
