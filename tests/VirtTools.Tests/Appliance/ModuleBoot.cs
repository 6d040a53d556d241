using System.Text;
using VirtTools.Appliance;

namespace VirtTools.Tests.Appliance;

/// <summary>Starts the built kernel with a shell script as its init, which inserts every module of the built root.</summary>
internal sealed class ModuleBoot(BuiltAppliance built, ScratchFolder scratch)
{
    private const string Script =
        """
        #!/usr/bin/dash
        /usr/bin/mount -t proc proc /proc
        /usr/bin/mount -t sysfs sysfs /sys
        while read module
        do
            /usr/sbin/modprobe $module || echo FAILED $module
        done < /list
        echo ALL MODULES TRIED
        echo o > /proc/sysrq-trigger
        while :; do :; done

        """;

    private const uint Executable = 0x1ED;

    /// <summary>Runs it and returns what the guest wrote to its console.</summary>
    public string Run()
    {
        Assert.Equal(0, BuildTests.Run("debugfs", "-R", $"rdump /usr {scratch.Path}", $"{built.Folder}/root").Status);
        using (var initrd = File.Create(scratch["initrd"]))
        {
            Write(initrd);
        }

        return BuildTests.Run(
            "timeout", "900", "qemu-system-x86_64", "-accel", "tcg", "-cpu", "max", "-machine", "q35", "-m", "1024", "-display", "none", "-nodefaults",
            "-no-reboot", "-serial", "stdio", "-kernel", $"{built.Folder}/kernel", "-initrd", scratch["initrd"], "-append", "console=ttyS0 quiet panic=-1").Output;
    }

    private void Write(Stream output)
    {
        var archive = new CpioWriter(output);
        foreach (var folder in (string[])["dev", "proc", "sys", "usr", "usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "usr/lib/x86_64-linux-gnu"])
        {
            archive.AddFolder(folder);
        }

        archive.AddLink("lib", "usr/lib");
        archive.AddLink("lib64", "usr/lib64");
        archive.AddLink("sbin", "usr/sbin");
        archive.AddLink("usr/lib64/ld-linux-x86-64.so.2", "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2");
        archive.AddLink("usr/sbin/modprobe", "../bin/kmod");
        archive.AddCharacterDevice("dev/console", 0x180, 5, 1);
        AddPrograms(archive);
        var modules = AddModules(archive);
        archive.AddFile("list", 0x1A4, Encoding.ASCII.GetBytes(string.Concat(modules.Select(module => module + "\n"))));
        archive.AddFile("init", Executable, Encoding.ASCII.GetBytes(Script));
        archive.Finish();
    }

    private void AddPrograms(CpioWriter archive)
    {
        var walk = new LibraryWalk(scratch.Path);
        var libraries = new SortedSet<string>(StringComparer.Ordinal) { "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2" };
        foreach (var program in (string[])["/usr/bin/dash", "/usr/bin/kmod", "/usr/bin/mount"])
        {
            var content = File.ReadAllBytes(scratch.Path + program);
            archive.AddFile(program[1..], Executable, content);
            libraries.UnionWith(walk.Closure(ElfFile.TryParse(content)!, program));
        }

        foreach (var library in libraries)
        {
            archive.AddFile(library[1..], Executable, File.ReadAllBytes(scratch.Path + library));
        }
    }

    private List<string> AddModules(CpioWriter archive)
    {
        List<string> modules = [];
        Add(scratch["usr/lib/modules"]);
        return modules;

        void Add(string folder)
        {
            archive.AddFolder(Path.GetRelativePath(scratch.Path, folder));
            foreach (var file in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
            {
                archive.AddFile(Path.GetRelativePath(scratch.Path, file), 0x1A4, File.ReadAllBytes(file));
                if (file.EndsWith(".ko", StringComparison.Ordinal))
                {
                    modules.Add(KernelModules.NameOf(file));
                }
            }

            foreach (var subfolder in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
            {
                Add(subfolder);
            }
        }
    }
}
