using VirtTools.Fixtures.Building;

namespace VirtTools.Fixtures.Parity;

/// <summary>The original's programs, run live: for recordings, for the tier --peers and for tests of both ends of the protocol.</summary>
public static class OriginalProgram
{
    private static readonly Dictionary<string, string> Packages = new()
    {
        ["guestfish"] = "guestfish",
        ["virt-cat"] = "guestfs-tools",
        ["virt-df"] = "guestfs-tools",
        ["virt-inspector"] = "guestfs-tools",
        ["virt-ls"] = "guestfs-tools",
        ["virt-resize"] = "guestfs-tools",
    };

    /// <summary>Whether Debian's package of the program is installed.</summary>
    /// <param name="program">guestfish, virt-cat, virt-df, virt-inspector, virt-ls or virt-resize.</param>
    public static bool IsInstalled(string program) => File.Exists(PathOf(program));

    /// <summary>Where the package puts the program. Never through PATH, where our own command of the same name may come first.</summary>
    public static string PathOf(string program) => "/usr/bin/" + program;

    /// <summary>The packages and versions behind the program, on one line.</summary>
    public static string Version(string program) =>
        Programs.Versions([Host(program), new HostProgram("libguestfs", "libguestfs0")])
            .Trim().Replace("\n", ", ", StringComparison.Ordinal);

    /// <summary>
    /// Runs the program with QEMU as its child, without KVM, in UTC and the C locale. A launch takes 10 to 20 seconds on a
    /// quiet machine.
    /// </summary>
    /// <param name="program">guestfish, virt-cat, virt-df, virt-inspector, virt-ls or virt-resize.</param>
    /// <param name="workingFolder">The current folder of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="FixtureException">It is not installed, or was ended at its deadline.</exception>
    public static ProgramResult Run(string program, string workingFolder, params IReadOnlyList<string> arguments) =>
        Run(program, ProgramInput.None with { WorkingFolder = workingFolder }, arguments);

    /// <inheritdoc cref="Run(string, string, IReadOnlyList{string})"/>
    /// <param name="program">guestfish, virt-cat, virt-df, virt-inspector, virt-ls or virt-resize.</param>
    /// <param name="input">Standard input, current folder, deadline and further environment.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ProgramResult Run(string program, ProgramInput input, params IReadOnlyList<string> arguments)
    {
        var environment = new Dictionary<string, string>(Guestfish.OriginalEnvironment);
        foreach (var (name, value) in input.Environment)
            environment[name] = value;
        return Host(program).TryRun(input with { Environment = environment }, arguments);
    }

    private static HostProgram Host(string program) => new(PathOf(program), Packages[program]);
}
