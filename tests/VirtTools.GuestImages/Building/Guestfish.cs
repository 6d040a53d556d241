using System.Text;

namespace VirtTools.Fixtures.Building;

/// <summary>
/// One run of the original's guestfish, which makes the file systems that only a kernel can fill. A launch takes 10 to 20
/// seconds without KVM, so a recipe does everything in one.
/// </summary>
public sealed class Guestfish
{
    private readonly StringBuilder script = new();
    private readonly List<string> drives = [];

    /// <summary>Adds a raw disk of this many MiB, made here if it is not there yet, and returns its device name.</summary>
    public string Drive(string file, int size)
    {
        if (!File.Exists(file))
            SparseFile.Create(file, (long)size << 20);
        drives.Add(file);
        if (drives.Count > 26)
            throw new FixtureException("a recipe with more than 26 drives needs longer device names");
        return $"/dev/sd{(char)('a' + drives.Count - 1)}";
    }

    /// <summary>Adds commands of the guestfish language, one a line.</summary>
    public Guestfish Do(string commands)
    {
        script.Append(commands).Append('\n');
        return this;
    }

    /// <summary>Launches the appliance and runs the commands; the first that fails ends the run.</summary>
    public void Run() => Programs.Guestfish.Run(
        new ProgramInput("run\n" + script) { Environment = OriginalEnvironment },
        [.. drives.SelectMany(drive => (string[])["--format=raw", "-a", drive])]);

    /// <summary>How the original's programs are run: QEMU directly, without KVM, whatever the caller's settings.</summary>
    public static readonly IReadOnlyDictionary<string, string> OriginalEnvironment = new Dictionary<string, string>
    {
        ["LIBGUESTFS_BACKEND"] = "direct",
        ["LIBGUESTFS_BACKEND_SETTINGS"] = "force_tcg",
        // Set but empty means the appliance that the package builds.
        ["LIBGUESTFS_PATH"] = "",
        ["LIBGUESTFS_DEBUG"] = "0",
        ["LIBGUESTFS_TRACE"] = "0",
    };
}
