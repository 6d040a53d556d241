using System.Text;

namespace VirtTools.Appliance;

/// <summary>
/// The initial RAM disk: the daemon as /init with the libraries that it needs, and the modules that lead to the root file system. It is not
/// compressed: unpacking costs the guest more than reading does the host.
/// </summary>
internal static class InitrdImage
{
    private const uint Executable = 0x1ED; // 0755
    private const uint Readable = 0x1A4; // 0644
    private const string Linker = "ld-linux-x86-64.so.2";
    private const string Libraries = "usr/lib/x86_64-linux-gnu";

    /// <summary>Writes the archive.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="tree">The unpacked packages.</param>
    /// <param name="daemon">The content of the daemon's binary.</param>
    /// <param name="modulesFolder">The folder of this kernel's modules.</param>
    /// <param name="modules">Paths of the modules in that folder, in the order in which they are to be inserted.</param>
    /// <exception cref="ApplianceException">The daemon is no program for the appliance.</exception>
    public static void Write(Stream output, PackageTree tree, byte[] daemon, string modulesFolder, IReadOnlyList<string> modules)
    {
        var archive = new CpioWriter(output);
        foreach (var folder in (string[])["dev", "modules", "newroot", "proc", "root", "sys", "usr", "usr/lib", "usr/lib64", Libraries])
        {
            archive.AddFolder(folder);
        }

        archive.AddLink("lib", "usr/lib");
        archive.AddLink("lib64", "usr/lib64");

        // Before the init has mounted devtmpfs the kernel opens this one for it.
        archive.AddCharacterDevice("dev/console", 0x180 /* 0600 */, 5, 1);
        AddLibraries(archive, tree, daemon);

        var order = new StringBuilder();
        foreach (var module in modules)
        {
            var name = KernelModules.NameOf(module);
            order.Append(name).Append(".ko\n");
            archive.AddFile($"modules/{name}.ko", Readable, File.ReadAllBytes($"{modulesFolder}/{module}"));
        }

        archive.AddFile("modules/order", Readable, Encoding.ASCII.GetBytes(order.ToString()));
        archive.AddFile("init", Executable, daemon);
        archive.Finish();
    }

    private static void AddLibraries(CpioWriter archive, PackageTree tree, byte[] daemon)
    {
        const string DaemonName = "the daemon";
        var elf = ElfFile.TryParse(daemon) ?? throw new ApplianceException("the daemon is not a program for x86_64 (ELF)");
        if (elf.Interpreter is null)
        {
            return;
        }

        var libraries = new LibraryWalk(tree.Path).Closure(elf, DaemonName);
        CheckGlibc(tree, elf);
        archive.AddFile($"{Libraries}/{Linker}", Executable, File.ReadAllBytes($"{tree.Path}/{Libraries}/{Linker}"));
        archive.AddLink($"usr/lib64/{Linker}", $"/{Libraries}/{Linker}");
        foreach (var library in libraries.Where(library => Path.GetFileName(library) != Linker))
        {
            archive.AddFile(library.TrimStart('/'), Readable, File.ReadAllBytes(tree.Path + library));
        }
    }

    // A daemon linked on a newer system asks for symbol versions that the appliance's libc does not have: better said here than by a dead guest.
    private static void CheckGlibc(PackageTree tree, ElfFile daemon)
    {
        var present = File.ReadAllBytes($"{tree.Path}/{Libraries}/libc.so.6");
        if (daemon.GlibcVersion is { } wanted && present.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"\0GLIBC_{wanted}\0")) < 0)
        {
            throw new ApplianceException(
                $"the daemon was linked against glibc {wanted}, which is newer than the appliance's: build it on Debian 12 ({ApplianceRecipe.Suite})");
        }
    }
}
