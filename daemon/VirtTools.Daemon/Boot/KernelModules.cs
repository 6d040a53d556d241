using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Posix;

namespace VirtTools.Daemon.Boot;

/// <summary>Loads the modules of the initial RAM disk, in the order that its builder wrote down.</summary>
internal static class KernelModules
{
    private const string OrderFile = "order";
    private const string Suffix = ".ko";

    /// <summary>Loads each module named in the file <c>order</c> of the folder; one that is built in or has no hardware is no error.</summary>
    public static void LoadAll(string folder)
    {
        if (SmallFile.TryRead($"{folder}/{OrderFile}") is not { } order)
        {
            return;
        }

        foreach (var name in order.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var file = Descriptors.Open($"{folder}/{name}{(name.EndsWith(Suffix, StringComparison.Ordinal) ? "" : Suffix)}", OpenFlags.ReadOnly);
            var errno = Kernel.TryLoadModule(file, "");
            if (errno is not (0 or Errno.EEXIST or Errno.ENODEV))
            {
                ConsoleLine.Write($"kernel module {name}: {Errno.Message(errno)}");
            }
        }
    }
}
