using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions that search and show files by lines.</summary>
internal sealed class TextActions(GuestRoot root) : UnsupportedTextActions
{
    private const int NothingFound = 1; // exit status of grep(1)

    public override string[] Grep(string regex, string path, bool? extended, bool? @fixed, bool? insensitive, bool? compressed)
    {
        if (extended == true && @fixed == true)
        {
            throw new DaemonException("EINVAL", "can't use 'extended' and 'fixed' flags at the same time");
        }

        var syntax = extended == true ? "-E" : @fixed == true ? "-F" : "-G";
        List<string> argv = [compressed == true ? "zgrep" : "grep", syntax];
        if (insensitive == true)
        {
            argv.Add("-i");
        }

        argv.AddRange(["-e", regex]);
        using var file = Open(path);
        // As standard input: zgrep is a shell script and takes the numbers of inherited descriptors for purposes of its own.
        var completed = ProgramRunner.TryRun(argv, new RunOptions { Descriptors = [new(file, 0)] });
        return completed is { End: RunEnd.Finished, Exit.ExitCode: NothingFound }
            ? []
            : OutputLines.Split(ProgramRunner.Require(argv, completed).OutputText);
    }

    public override string[] Egrep(string regex, string path) => Grep(regex, path, true, null, null, null);

    public override string[] Fgrep(string pattern, string path) => Grep(pattern, path, null, true, null, null);

    public override string[] Grepi(string regex, string path) => Grep(regex, path, null, null, true, null);

    public override string[] Egrepi(string regex, string path) => Grep(regex, path, true, null, true, null);

    public override string[] Fgrepi(string pattern, string path) => Grep(pattern, path, null, true, true, null);

    public override string[] Zgrep(string regex, string path) => Grep(regex, path, null, null, null, true);

    public override string[] Zegrep(string regex, string path) => Grep(regex, path, true, null, null, true);

    public override string[] Zfgrep(string pattern, string path) => Grep(pattern, path, null, true, null, true);

    public override string[] Zgrepi(string regex, string path) => Grep(regex, path, null, null, true, true);

    public override string[] Zegrepi(string regex, string path) => Grep(regex, path, true, null, true, true);

    public override string[] Zfgrepi(string pattern, string path) => Grep(pattern, path, null, true, true, true);

    public override string[] Strings(string path) => Run(path, "strings");

    public override string[] StringsE(string encoding, string path) => encoding is "s" or "S" or "b" or "l" or "B" or "L"
        ? Run(path, "strings", "-e", encoding)
        : throw new DaemonException("EINVAL", $"{encoding}: encoding must be one of s, S, b, l, B, L");

    public override string Hexdump(string path)
    {
        using var file = Open(path);
        return ProgramRunner.Run(["hexdump", "-C", ProgramRunner.InheritedPath(0)], file);
    }

    public override string Zfile(string meth, string path)
    {
        if (meth is not ("gzip" or "compress" or "bzip2"))
        {
            throw new DaemonException("EINVAL", $"{meth}: unknown method");
        }

        using var file = Open(path);
        return ProgramRunner.Run(["file", "-zbL", "--", ProgramRunner.InheritedPath(0)], file).TrimEnd('\n');
    }

    private string[] Run(string path, params string[] program)
    {
        using var file = Open(path);
        return OutputLines.Split(ProgramRunner.Run([.. program, ProgramRunner.InheritedPath(0)], file));
    }

    private Microsoft.Win32.SafeHandles.SafeFileHandle Open(string path)
    {
        var file = root.OpenForReading(path);
        ContentCopy.RequireContent(file, path);
        return file;
    }
}
