using System.Text;

namespace VirtTools.Appliance;

/// <summary>
/// Removes programs that cannot run because the recipe left out what they need: scripts in Perl or Python, links to programs that are gone. A
/// program that is there but fails looks like a broken guest.
/// </summary>
internal static class UnrunnablePrograms
{
    private static readonly string[] Folders = ["/usr/bin", "/usr/sbin"];

    // execve(2): the kernel reads no more of the first line.
    private const int MaxFirstLine = 256;

    /// <summary>Removes them from a tree that is otherwise complete.</summary>
    public static void Remove(PackageTree tree)
    {
        foreach (var file in Folders.Where(folder => Directory.Exists(tree.Path + folder)).SelectMany(folder => new DirectoryInfo(tree.Path + folder).GetFiles()))
        {
            if (file.LinkTarget is null && Interpreter(file.FullName) is { } interpreter && !Exists(tree, interpreter))
            {
                file.Delete();
            }
        }

        // Links last, and again while there are any: a link may lead to a link.
        while (DeadLinks(tree) is { Count: > 0 } links)
        {
            links.ForEach(link => link.Delete());
        }
    }

    /// <summary>The program that a script asks for, env(1) looked through; null where the file is no script.</summary>
    internal static string? Interpreter(string file)
    {
        using var stream = File.OpenRead(file);
        Span<byte> start = stackalloc byte[MaxFirstLine];
        start = start[..stream.ReadAtLeast(start, MaxFirstLine, throwOnEndOfStream: false)];
        if (!start.StartsWith("#!"u8))
        {
            return null;
        }

        var end = start.IndexOf((byte)'\n');
        var words = Encoding.Latin1.GetString(start[2..(end < 0 ? start.Length : end)]).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return words is [var env, .. var rest] && Path.GetFileName(env) == "env"
            ? rest.FirstOrDefault(word => !word.StartsWith('-'))
            : words.FirstOrDefault();
    }

    private static bool Exists(PackageTree tree, string interpreter) =>
        interpreter.StartsWith('/')
            ? File.Exists(tree.Path + interpreter)
            : Folders.Any(folder => File.Exists($"{tree.Path}{folder}/{interpreter}"));

    private static List<FileInfo> DeadLinks(PackageTree tree) =>
    [
        .. from folder in Folders
           where Directory.Exists(tree.Path + folder)
           from file in new DirectoryInfo(tree.Path + folder).GetFiles()
           where file.LinkTarget is { } target && !LeadsSomewhere(tree, folder, target)
           select file,
    ];

    private static bool LeadsSomewhere(PackageTree tree, string folder, string target)
    {
        var place = target.StartsWith('/') ? tree.Path + target : $"{tree.Path}{folder}/{target}";
        return File.Exists(place) || Directory.Exists(place) || new FileInfo(place).LinkTarget is not null;
    }
}
