using VirtTools.Posix;

namespace VirtTools.Appliance;

/// <summary>
/// Runs programs out of the unpacked packages, by their own dynamic linker and libraries: the host needs neither mke2fs nor depmod, and whatever
/// version it has cannot change a byte of the result.
/// </summary>
internal sealed class TreePrograms(string tree)
{
    private const string Libraries = "usr/lib/x86_64-linux-gnu";

    /// <summary>Runs a program of the tree to its end.</summary>
    /// <param name="program">Its path from the root of the tree, such as <c>usr/sbin/mke2fs</c>.</param>
    /// <param name="name">The name that it sees as its own: some act by it.</param>
    /// <exception cref="ApplianceException">It failed.</exception>
    public void Run(
        string program, string name, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, CancellationToken cancellationToken)
    {
        List<string> argv =
        [
            $"{tree}/{Libraries}/ld-linux-x86-64.so.2", "--library-path", $"{tree}/{Libraries}", "--argv0", name, $"{tree}/{program}", .. arguments,
        ];
        HostPrograms.Run(argv, name, environment, workingFolder: null, cancellationToken);
    }
}
